//! `runner check PROFILE`.

use std::io::{self, Write};

use clap::Args;

use super::report;
use crate::data::Snapshot;
use crate::profile::Profile;
use crate::template::{Template, render_snapshot};
use crate::{Error, Result};

/// Check a profile and its template without asking anybody
///
/// Parses both and what the template includes, looks whether there is every partial and helper that it names,
/// and renders it on built-in sample groups, so that a mistake shows before cron meets it. Warns where the
/// template writes a value in a place that its format is not escaped for. No login, no network, nothing written.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// A name that `runner profiles` lists, or the path of a TOML file
    profile: String,
}

impl Check {
    pub(super) fn execute(&self) -> Result<()> {
        let profile = Profile::load(&self.profile)?;
        let template = Template::of(&profile)?;
        render_snapshot(&template, &profile, &Snapshot::sample()?, io::sink)?;
        let warnings = template.warnings();
        report::warn(&warnings);
        let memory = match template.obstacle() {
            None => "each group is rendered as it arrives".to_owned(),
            Some(obstacle) => format!(
                "all groups are held in memory, because of {}\n  {}",
                obstacle.headline(),
                obstacle.line().trim()
            ),
        };
        writeln!(
            std::io::stdout(),
            "profile {} ({}) and template {} ({}) are fine{}\n{memory}",
            profile.name,
            profile.origin,
            profile.template,
            template.source().origin,
            match warnings.len() {
                0 => String::new(),
                1 => ", but for the warning".to_owned(),
                several => format!(", but for {several} warnings"),
            }
        )
        .map_err(|error| Error::failed("can't write to the standard output").because(error))
    }
}
