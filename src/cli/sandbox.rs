//! `runner sandbox`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::examples::examples;
use super::interruptible;
use crate::run::SandboxData;
use crate::{Kind, Result, output};
use globus_sandbox::{Options, RefreshTokenPolicy};

/// Serve a local Globus with made-up users, for any Globus client
///
/// Prints the environment variables that point a Globus client at it, then serves until Ctrl-C. It listens on the
/// loopback interface only, needs no account and keeps nothing when it ends.
#[derive(Debug, Args)]
#[command(after_help = examples! {
    "At an address that stays the same:" => "runner sandbox --port 8080",
})]
pub(super) struct Sandbox {
    /// Listen on this port; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The users, clients and groups: `sample`, `hostile` (names that break careless programs), or a TOML or JSON file
    #[arg(long, value_name = "DATA", default_value = "sample")]
    data: PathBuf,
    /// Rotate refresh tokens: each refresh gives a new one and revokes the old one
    #[arg(long)]
    rotate_refresh_tokens: bool,
    /// How long access tokens are valid
    #[arg(long, value_name = "SECONDS", default_value_t = 172_800)]
    token_lifetime: u64,
}

impl Sandbox {
    pub(super) fn execute(self) -> Result<()> {
        let options = Options {
            port: self.port,
            data: SandboxData::named(self.data).load()?,
            refresh_tokens: if self.rotate_refresh_tokens {
                RefreshTokenPolicy::Rotate
            } else {
                RefreshTokenPolicy::default()
            },
            token_lifetime: Duration::from_secs(self.token_lifetime),
            ..Options::default()
        };
        match interruptible::block_on(Box::pin(serve(options))) {
            // Ctrl-C is how this command ends.
            Err(error) if error.kind == Kind::Interrupted => Ok(()),
            result => result,
        }
    }
}

async fn serve(options: Options) -> Result<()> {
    let sandbox = globus_sandbox::Sandbox::start(options).await?;
    let exports = sandbox.env().into_iter().map(|(name, value)| format!("export {name}='{value}'\n"));
    output::print_unblocked(exports.collect::<String>()).await?;
    log::info!("serving until Ctrl-C; give these variables to any Globus client");
    std::future::pending().await
}
