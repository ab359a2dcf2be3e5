//! `runner check PROFILE`.

use std::io;

use clap::Args;

use super::report;
use crate::Result;
use crate::data::Snapshot;
use crate::output;
use crate::profile::Profile;
use crate::template::{Template, render_snapshot};

/// Check a profile and its template, without network or login
///
/// Parses the profile, the template and its partials, finds every partial and helper, and renders built-in sample
/// groups, so that mistakes show before cron runs the profile. Warns where escaping does not protect a value, such as
/// inside a script. Writes nothing.
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
        output::print(format!(
            "profile {} ({}) and template {} ({}) are fine{}\n{memory}\n",
            profile.name,
            profile.origin,
            profile.template,
            template.source().origin,
            match warnings.len() {
                0 => String::new(),
                1 => ", but for the warning".to_owned(),
                several => format!(", but for {several} warnings"),
            }
        ))
    }
}
