//! `runner run PROFILE`, and `runner --profile PROFILE` for short.

use std::path::PathBuf;

use clap::Args;

use super::runtime;
use crate::Result;
use crate::run;

/// Run a profile: log in if needed, fetch the groups, render them
#[derive(Debug, Args)]
pub(super) struct Run {
    /// A name that `runner profiles` lists, or the path of a TOML file
    pub(super) profile: String,
    #[command(flatten)]
    pub(super) flags: Flags,
}

/// Overrides the profile for a single run.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Flags {
    /// Write to this file, which is replaced whole or not at all; `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Use made-up groups from a built-in sandbox: no account, no network, nothing stored
    #[cfg_attr(feature = "sandbox", arg(long))]
    #[cfg_attr(not(feature = "sandbox"), arg(skip))]
    sandbox: bool,
}

impl Run {
    pub(super) fn execute(self) -> Result<()> {
        let Self { profile, flags: Flags { output, sandbox } } = self;
        runtime::block_on_interruptible(run::Run { profile, output, sandbox }.execute())
    }
}
