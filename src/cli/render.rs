//! `runner render PROFILE`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::report;
use crate::Result;
use crate::access::shell_word;
use crate::trial::{Input, Loaded, Trial};

/// Render a template with data that is there already: no network, no login
///
/// Takes the data that `runner data PROFILE --save FILE` saved, or groups from a built-in sample. What a template
/// sees as `profile` and `vars` is what the profile says now; the rest is as it was saved.
///
/// The rendering goes to stdout, or to the file of -o. The profile's own output is left alone, because a trial is
/// not what others wait for there.
#[derive(Debug, Args)]
pub(super) struct Render {
    /// A name that `runner profiles` lists, or the path of a TOML file
    profile: String,
    /// Take the data from this file; `-` is stdin. Without it, a small sample is used
    #[arg(short, long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Render this template in the place of the profile's: a name that `runner templates` lists, or a path with a `/`
    #[arg(short, long, value_name = "NAME|PATH")]
    template: Option<String>,
    /// Write to this file, replacing it whole or not at all; `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Render {
    pub(super) fn execute(self) -> Result<()> {
        let input = match self.data {
            None => Input::Sample,
            Some(path) if path == Path::new("-") => Input::Stdin,
            Some(path) => Input::File(path),
        };
        let trial = Trial { profile: self.profile, template: self.template, input, output: self.output };
        let loaded = trial.load()?;
        warn(&loaded);
        if trial.input == Input::Sample {
            let profile = shell_word(&trial.profile);
            tracing::info!(
                "this is the built-in sample; `runner data {profile} --save FILE` gets your groups"
            );
        }
        trial.render(&loaded, trial.input.read()?.as_ref())
    }
}

fn warn(loaded: &Loaded) {
    if tracing::enabled!(tracing::Level::WARN) {
        report::warn(&loaded.template.warnings());
    }
}
