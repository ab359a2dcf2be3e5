//! One output of a run, before any request.

use super::one_run::Run;
use crate::Result;
use crate::data::{Fields, Plan, RowKind, SourceName};
use crate::output::{Destination, FilesOptions, Guard, ProtectedFile};
use crate::profile::{EachFile, Mode, Output, OutputTarget, Profile};
use crate::template::{FileNames, Template};

/// An output that can be rendered.
#[derive(Debug)]
pub(super) struct PreparedOutput {
    pub(super) template: Template,
    pub(super) destination: Destination,
    pub(super) guard: Guard,
    /// What its rows are: those of the main list of the template, or of the list of which each has a file.
    pub(super) rows: RowKind,
    /// If each row has a file.
    pub(super) each: Option<EachRow>,
}

/// What the file of each row is.
#[derive(Debug)]
pub(super) struct EachRow {
    pub(super) names: FileNames,
    pub(super) files: FilesOptions,
}

impl PreparedOutput {
    pub(super) fn of(run: &Run, profile: &Profile, output: &Output) -> Result<Self> {
        let template = run.template(profile, output)?;
        announce(&template);
        let destination = run.destination(output)?;
        let (list, each) = match &output.target {
            OutputTarget::Each(each) => {
                (SourceName::named(&each.list), Some(EachRow::of(run, profile, each, output.mode)?))
            }
            OutputTarget::Stdout | OutputTarget::File(_) => (template.main().clone(), None),
        };
        let rows = Plan::of(profile, template.fields(), &list).kind().clone();
        let guard = run.guard(profile, output, rows.clone(), template.fields(), &destination);
        Ok(Self { template, destination, guard, rows, each })
    }

    /// What is read of the data.
    pub(super) fn fields(&self) -> Fields {
        let mut fields = self.template.fields().clone();
        // Rows are counted also if none of their fields is read.
        let of_names = self.each.as_ref().map_or(Fields::NONE, |each| each.names.fields().clone());
        fields.add(&self.rows.source.keys(), of_names);
        fields
    }

    /// Fails if it can't be written, or would replace one of these files.
    pub(super) fn check(&self, files: impl FnOnce() -> Vec<ProtectedFile>) -> Result<()> {
        self.guard.check_against(files)?;
        self.destination.check_folder()
    }
}

impl EachRow {
    fn of(run: &Run, profile: &Profile, each: &EachFile, mode: Option<Mode>) -> Result<Self> {
        let files = FilesOptions {
            // A link to the folder is the word of the profile; one inside it is not.
            folder: std::fs::canonicalize(&each.folder).unwrap_or_else(|_| each.folder.clone()),
            profile: profile.name.clone(),
            key: profile.key(),
            mode: mode.map(Mode::bits),
            prune: each.prune,
            dry_run: run.dry,
        };
        Ok(Self { names: FileNames::of(each)?, files })
    }
}

/// The list whose rows arrive one by one: a list that a template renders so, if there is one.
pub(super) fn main_of(outputs: &[PreparedOutput]) -> Option<&SourceName> {
    let streams = |output: &&PreparedOutput| output.each.is_some() || output.template.obstacle().is_none();
    outputs.iter().find(streams).or(outputs.first()).map(|output| &output.rows.source)
}

/// What these templates read together.
pub(super) fn read_by(outputs: &[PreparedOutput]) -> Fields {
    let mut read = Fields::NONE;
    for output in outputs {
        read.merge(output.fields());
    }
    read
}

fn announce(template: &Template) {
    log::debug!("template {}", template.source().origin);
    // Looking for them takes a pass over the template.
    let warnings = if log::log_enabled!(log::Level::Debug) { template.warnings() } else { Vec::new() };
    for warning in warnings {
        log::debug!("{}: `runner check` shows where", warning.headline());
    }
}
