//! One output of a run, before any request.

use super::one_run::Run;
use crate::Result;
use crate::data::{Plan, RowKind};
use crate::output::{Destination, Guard, ProtectedFile};
use crate::profile::{Output, Profile};
use crate::template::Template;

/// An output that can be rendered.
#[derive(Debug)]
pub(super) struct PreparedOutput {
    pub(super) template: Template,
    pub(super) destination: Destination,
    pub(super) guard: Guard,
    /// What the rows of its main source are.
    pub(super) rows: RowKind,
}

impl PreparedOutput {
    pub(super) fn of(run: &Run, profile: &Profile, output: &Output) -> Result<Self> {
        let template = run.template(profile, output)?;
        announce(&template);
        let destination = run.destination(output)?;
        let rows = Plan::of(profile, template.fields(), template.main()).kind().clone();
        let guard = run.guard(profile, output, rows.clone(), template.fields(), &destination)?;
        Ok(Self { template, destination, guard, rows })
    }

    /// Fails if it can't be written, or would replace one of these files.
    pub(super) fn check(&self, files: impl FnOnce() -> Vec<ProtectedFile>) -> Result<()> {
        self.guard.check_against(files)?;
        self.destination.check_folder()
    }
}

fn announce(template: &Template) {
    tracing::debug!("template {}", template.source().origin);
    // Looking for them takes a pass over the template.
    let warnings = if tracing::enabled!(tracing::Level::DEBUG) { template.warnings() } else { Vec::new() };
    for warning in warnings {
        tracing::debug!("{}: `runner check` shows where", warning.headline());
    }
}
