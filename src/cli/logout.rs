//! `runner logout PROFILE`.

use clap::Args;

use super::runtime;
use crate::access::Access;
use crate::profile::Profile;
use crate::{Error, Result};

/// Take a profile's tokens back at Globus, and remove them here
///
/// Everything in the profile's namespace of its token file goes, also what another program stored there. If
/// Globus can't be told, the tokens are removed all the same, and the exit code is not 0.
#[derive(Debug, Args)]
pub(super) struct Logout {
    /// A name that `runner profiles` lists, or the path of a TOML file
    profile: String,
}

impl Logout {
    pub(super) fn execute(self) -> Result<()> {
        runtime::block_on_interruptible(self.log_out())
    }

    async fn log_out(self) -> Result<()> {
        let profile = Profile::load(&self.profile)?;
        let access = Access::of(&profile, &self.profile)?;
        let mut store = access.store()?;
        let Some(file) = store.file().map(|path| path.display().to_string()) else {
            tracing::info!("there is nothing to log out of: the profile keeps its tokens in memory");
            return Ok(());
        };
        let _lock = store.lock().await?;
        let tokens = store.load()?;
        if tokens.is_empty() {
            tracing::info!("there is nothing to log out of: no tokens are stored in `{file}`");
            return Ok(());
        }
        let revoked = access.client()?.revoke_all(&tokens).await;
        store.clear()?;
        match revoked {
            Ok(()) => {
                tracing::info!("logged out: the tokens were taken back, and removed from `{file}`");
                Ok(())
            }
            Err(error) => Err(Error::new(error.kind, "Globus could not be told of the logout")
                .because(error.summary())
                .help(format!(
                    "the tokens were removed from `{file}`, but are good until they expire; take the consent \
                     back at {}consents",
                    access.services.auth
                ))),
        }
    }
}
