//! `runner sandbox`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::runtime;
use crate::{Error, Kind, Result};
use globus_sandbox::{Data, Options, RefreshTokenPolicy};

/// Serve a local Globus Auth and Groups with made-up people, for any Globus client
///
/// Prints the environment variables that point a Globus client at it, then serves until Ctrl-C. It listens
/// on the loopback interface only, needs no account and forgets everything when it ends.
#[derive(Debug, Args)]
pub(super) struct Sandbox {
    /// Listen on this port; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Take people, clients and groups from this TOML or JSON file
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Give a new refresh token on each refresh, and end the old one
    #[arg(long)]
    rotate_refresh_tokens: bool,
    /// Let access tokens be good for this long
    #[arg(long, value_name = "SECONDS", default_value_t = 172_800)]
    token_lifetime: u64,
}

impl Sandbox {
    pub(super) fn execute(self) -> Result<()> {
        let options = Options {
            port: self.port,
            data: self.data.map_or_else(|| Ok(Data::default()), |path| Data::load(&path))?,
            refresh_tokens: if self.rotate_refresh_tokens {
                RefreshTokenPolicy::Rotate
            } else {
                RefreshTokenPolicy::Repeat
            },
            token_lifetime: Duration::from_secs(self.token_lifetime),
            ..Options::default()
        };
        match runtime::block_on_interruptible(serve(options)) {
            // To be stopped is how this command ends.
            Err(error) if error.kind == Kind::Interrupted => Ok(()),
            result => result,
        }
    }
}

async fn serve(options: Options) -> Result<()> {
    let sandbox = globus_sandbox::Sandbox::start(options).await?;
    let mut stdout = io::stdout().lock();
    sandbox
        .env()
        .iter()
        .try_for_each(|(name, value)| writeln!(stdout, "export {name}='{value}'"))
        .and_then(|()| stdout.flush())
        .map_err(|error| Error::failed("can't write to the standard output").because(error))?;
    drop(stdout);
    tracing::info!("serving until Ctrl-C; give these variables to any Globus client");
    std::future::pending().await
}
