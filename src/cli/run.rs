//! `runner run PROFILE`, and `runner --profile PROFILE` for short.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::examples::examples;
use super::runtime;
use crate::Result;
use crate::catalog::ready_formats;
use crate::profile::Mode;
use crate::run::{self, SandboxData, TemplateOverride};

/// Run a profile: log in if needed, fetch the groups, render them
#[derive(Debug, Args)]
#[command(after_help = examples! {
    "Print your groups as CSV:" => "runner run groups",
    "Write them to a file:" => "runner run groups -o groups.csv",
    "The same in another format:" => "runner run groups --format json",
})]
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
    /// Give the file these permissions, in octal as for `chmod`, such as 0640
    #[arg(long, value_name = "MODE")]
    mode: Option<Mode>,
    /// Render this template instead of the profile's: a name that `runner templates` lists, or a path with a `/`
    #[arg(short, long, value_name = "NAME|PATH", conflicts_with = "format")]
    template: Option<String>,
    /// Render the ready template of this format instead of the profile's template
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(ready_formats()))]
    format: Option<String>,
    /// Use made-up groups from a built-in sandbox: no account, no network, nothing stored. `--sandbox=hostile` has groups
    /// whose names break careless templates; a TOML or JSON file has your own
    #[cfg_attr(
        feature = "sandbox",
        arg(
            long,
            value_name = "DATA",
            num_args = 0..=1,
            require_equals = true,
            default_missing_value = "sample"
        )
    )]
    #[cfg_attr(not(feature = "sandbox"), arg(skip))]
    sandbox: Option<PathBuf>,
    /// Deliver the output even if the guard of the profile refuses it, and compare later runs with this one
    #[arg(long)]
    accept: bool,
}

impl Run {
    pub(super) fn execute(self) -> Result<()> {
        let Self { profile, flags: Flags { output, mode, template, format, sandbox, accept } } = self;
        let template = template.map(TemplateOverride::Named).or(format.map(TemplateOverride::OfFormat));
        let sandbox = sandbox.map(SandboxData::named);
        let run = run::Run { profile, output, mode, template, sandbox, accept };
        runtime::block_on_interruptible(run.execute())
    }
}
