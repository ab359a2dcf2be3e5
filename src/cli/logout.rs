//! `runner logout PROFILE`.

use clap::Args;

use super::examples::examples;
use super::interruptible;
use crate::globus::auth::{check_issuer, check_token};
use crate::globus::tokens::Tokens;
use crate::profile::Profile;
use crate::run::session::Session;
use crate::terminal::signals::ShutdownGuard;
use crate::{Error, Result};

/// Revoke a profile's tokens at Globus, and remove them here
///
/// Removes every token in the profile's namespace of its token file, also those of other programs. If Globus
/// can't be reached, the tokens are removed anyway, and the exit code is not 0.
#[derive(Debug, Args)]
#[command(after_help = examples! {
    "Log out of the built-in profiles:" => "runner logout groups",
})]
pub(super) struct Logout {
    /// A name that `runner profiles` lists, or the path of a TOML file
    profile: String,
}

impl Logout {
    pub(super) fn execute(self) -> Result<()> {
        interruptible::block_on(Box::pin(self.log_out()))
    }

    async fn log_out(self) -> Result<()> {
        let profile = Profile::load(&self.profile)?;
        let session = Session::of(&profile, &[&self.profile])?;
        let mut store = session.store()?;
        let Some(file) = store.file().map(|path| path.display().to_string()) else {
            log::info!("there is nothing to log out of: the profile keeps its tokens in memory");
            return Ok(());
        };
        let nothing = format!("there is nothing to log out of: no tokens are stored in `{file}`");
        if !store.exists() {
            log::info!("{nothing}");
            return Ok(());
        }
        let lock = store.lock().await?;
        let stored = store.load();
        if let Ok(tokens) = &stored
            && let Some(error) = check_issuer(tokens, session.services.auth.as_str())
        {
            return Err(error.help("check the profile's `[environment]` and the variables GLOBUS_SDK_*"));
        }
        let client = session.client()?;
        if stored.iter().flat_map(Tokens::values).any(|token| token.auth_url.is_none()) {
            check_token(None, &session.services.auth)?;
        }
        // Removed before they are revoked, so that none stays stored if that fails. The copies read above are revoked below.
        let _guard = ShutdownGuard::acquire();
        let removed = store.clear()?;
        // Other runs may wait for the lock, and revoking takes its time.
        if let Some(lock) = lock {
            lock.remove();
        }
        if !removed {
            log::info!("{nothing}");
            return Ok(());
        }
        let help = format!(
            "the tokens were removed from `{file}`, but access tokens stay valid until they expire, and \
             refresh tokens for six months; revoke the consent at {}consents",
            session.services.auth
        );
        log::debug!("the tokens are removed from `{file}`");
        let tokens = stored.map_err(|error| not_revoked(&error).help(help.clone()))?;
        let (own, others): (Tokens, Tokens) = tokens.into_iter().partition(|(_, token)| client.is_for(token));
        client.revoke_all(&own).await.map_err(|error| not_revoked(&error).help(help))?;
        match others.into_keys().collect::<Vec<_>>() {
            none if none.is_empty() => {
                log::info!("logged out: the tokens were revoked, and removed from `{file}`");
                Ok(())
            }
            others => Err(Error::failed("not every token could be revoked")
                .because(format!(
                    "those for {} were issued to another client or by another Globus",
                    others.join(", ")
                ))
                .help(format!("all of them were removed from `{file}`"))),
        }
    }
}

fn not_revoked(error: &Error) -> Error {
    Error::new(error.kind, "the tokens could not be revoked").because(error.summary())
}
