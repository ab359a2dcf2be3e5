//! A run of which everything is known that needs no request.

use std::rc::Rc;

use super::ending::Ending;
use super::finished::Finished;
use super::ids::IdMaps;
use super::one_run::Run;
use super::protected_files::protected_files;
use super::run_id::run_id;
use super::sandbox_data::SandboxData;
use crate::data::{Plan, RowKind};
use crate::id_map::IdMap;
use crate::output::{Destination, Guard, ProtectedFile};
use crate::profile::Profile;
use crate::template::{HelperState, Template, check_with_sample};
use crate::{Error, Result};

/// A run that can begin: mistakes in its profile, its template and its output have been found.
#[derive(Debug)]
pub(super) struct Prepared<'r> {
    pub(super) run: &'r Run,
    pub(super) profile: Profile,
    pub(super) template: Template,
    pub(super) destination: Destination,
    pub(super) guard: Guard,
    /// What the rows of its main source are.
    pub(super) rows: RowKind,
    pub(super) ids: Option<Rc<IdMap>>,
    ending: &'r Ending<'r>,
}

impl<'r> Prepared<'r> {
    /// With the id maps that the other runs have opened.
    pub(super) fn of(run: &'r Run, ending: &'r Ending<'r>, opened: &IdMaps) -> Result<Self> {
        let profile = Profile::load(&run.profile)?;
        let template = run.template(&profile)?;
        announce(run, &profile, &template);
        let destination = run.destination(&profile)?;
        let rows = Plan::of(&profile, template.fields(), template.main()).kind().clone();
        let guard = run.guard(&profile, rows.clone(), template.fields(), &destination)?;
        guard.check_against(|| files_of(run, &profile, &template))?;
        destination.check_folder()?;
        let ids = run.ids(&profile, opened)?;
        Ok(Self { run, profile, template, destination, guard, rows, ids, ending })
    }

    /// What the helpers of its rendering begin with.
    pub(super) fn helper_state(&self) -> HelperState {
        let state = HelperState::with_ids(self.ids.clone());
        if self.run.is_of_made_up_people() { state.made_up() } else { state }
    }

    /// The files that it needs.
    pub(super) fn files(&self) -> Vec<ProtectedFile> {
        files_of(self.run, &self.profile, &self.template)
    }

    /// Whether both fetch the same rows, though their templates may read different parts of them.
    pub(super) fn fetches_like(&self, other: &Self) -> bool {
        let (own, others) = (&self.profile, &other.profile);
        own.groups == others.groups && own.data == others.data && self.rows == other.rows
    }

    /// Finds mistakes that only a rendering shows.
    pub(super) fn check(&self) -> Result<()> {
        check_with_sample(&self.template, &self.profile)
    }

    pub(super) fn end(&self, result: Result<Finished>) {
        self.ending.end(result);
    }

    /// Ends it with this error, or adds that to its own.
    pub(super) fn fail(&self, error: Error) {
        self.ending.fail(error);
    }
}

fn files_of(run: &Run, profile: &Profile, template: &Template) -> Vec<ProtectedFile> {
    let mut files = protected_files(profile, template.sources());
    files.extend(run.sandbox.as_ref().and_then(SandboxData::protected_file));
    files
}

fn announce(run: &Run, profile: &Profile, template: &Template) {
    let (Profile { name, origin, .. }, template_origin) = (profile, &template.source().origin);
    let started = if run.scheduled { "scheduled run" } else { "run" };
    tracing::debug!("{started} {}", run_id());
    tracing::debug!("profile {name} ({origin}), template {template_origin}");
    // Looking for them takes a pass over the template.
    let warnings = if tracing::enabled!(tracing::Level::DEBUG) { template.warnings() } else { Vec::new() };
    for warning in warnings {
        tracing::debug!("{}: `runner check` shows where", warning.headline());
    }
}
