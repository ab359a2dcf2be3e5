//! Mistakes of a template that show without any data of Globus.

use std::io;

use super::engine::Template;
use super::rendering::render_snapshot;
use crate::Result;
use crate::data::Snapshot;
use crate::diagnostic::Diagnostic;
use crate::profile::Profile;

/// Renders the built-in sample. Fails for what is a mistake with any data; warns of a value that only the sample may
/// lack.
pub fn check_with_sample(template: &Template, profile: &Profile) -> Result<()> {
    match render_snapshot(template, profile, &Snapshot::sample()?, io::sink) {
        Err(error) if error.depends_on_data => {
            let mistake =
                error.diagnostics.first().map_or_else(|| error.what.to_string(), Diagnostic::headline);
            tracing::warn!(
                "the built-in sample lacks what the template reads; your groups may have it: {mistake}"
            );
            Ok(())
        }
        result => result.map(drop),
    }
}
