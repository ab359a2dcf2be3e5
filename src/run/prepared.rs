//! A run of which everything is known that needs no request.

use std::cell::OnceCell;
use std::rc::Rc;

use super::attendance::{Attendance, Entry, OutputFiles};
use super::ending::Ending;
use super::finished::{Finished, Skipped};
use super::history::{HistoryNeeds, RunHistory};
use super::ids::IdMaps;
use super::max_age::MaxAge;
use super::one_run::Run;
use super::prepared_output::{PreparedOutput, main_of};
use super::protected_files::protected_files;
use super::run_id::run_id;
use super::sandbox_data::SandboxData;
use crate::data::SourceName;
use crate::fs::resolve;
use crate::id_map::IdMap;
use crate::output::{Destination, ProtectedFile};
use crate::profile::{Hooks, Profile};
use crate::template::{HelperState, Template, check_with_sample};
use crate::{Error, Result};

/// A run that can begin: mistakes in its profile, its templates and its outputs have been found.
#[derive(Debug)]
pub(super) struct Prepared<'r> {
    pub(super) run: &'r Run,
    pub(super) profile: Rc<Profile>,
    /// At least one.
    pub(super) outputs: Vec<PreparedOutput>,
    /// Where it is recorded.
    pub(super) history: Option<RunHistory>,
    /// Whether it is not recorded, so that no earlier run is the last one after it.
    pub(super) is_forgotten: bool,
    pub(super) ids: Option<Rc<IdMap>>,
    /// Which files no file of a row may be: what all runs need, and their outputs.
    pub(super) others: OnceCell<Rc<[ProtectedFile]>>,
    pub(super) attendance: &'r Attendance,
    pub(super) ending: &'r Ending<'r>,
}

impl<'r> Prepared<'r> {
    /// With the id maps that the other runs have opened.
    pub(super) fn of(
        run: &'r Run,
        profile: Rc<Profile>,
        attendance: &'r Attendance,
        ending: &'r Ending<'r>,
        opened: &IdMaps,
    ) -> Result<Self> {
        announce(run, &profile);
        run.check_overrides(&profile)?;
        let outputs = profile.outputs.iter();
        let outputs: Vec<PreparedOutput> =
            outputs.map(|output| PreparedOutput::of(run, &profile, output)).collect::<Result<_>>()?;
        let known = OnceCell::new();
        let files = || files_of(run, &profile, &outputs);
        outputs.iter().try_for_each(|output| output.check(|| known.get_or_init(files).clone()))?;
        let history = if run.sandbox.is_some() { None } else { history(run, &profile, &outputs)? };
        let is_forgotten = history.is_none() && run.sandbox.is_none();
        let ids = run.ids(&profile, opened)?;
        Ok(Self {
            run,
            profile,
            outputs,
            history,
            is_forgotten,
            ids,
            others: OnceCell::new(),
            attendance,
            ending,
        })
    }

    /// What the helpers of its rendering begin with.
    pub(super) fn helper_state(&self) -> HelperState {
        let state = HelperState::with_ids(self.ids.clone().map(|ids| ids as _));
        if self.run.is_of_made_up_people() { state.made_up() } else { state }
    }

    /// The files that it needs.
    pub(super) fn files(&self) -> Vec<ProtectedFile> {
        files_of(self.run, &self.profile, &self.outputs)
    }

    /// The files that all runs need, and their outputs.
    pub(super) fn files_of_all(&self) -> Vec<ProtectedFile> {
        self.others.get().map_or_else(|| self.files(), |files| files.to_vec())
    }

    /// The list whose rows arrive one by one.
    pub(super) fn main(&self) -> Option<&SourceName> {
        main_of(&self.outputs)
    }

    /// Whether both fetch the same rows, though their templates may read different parts of them.
    pub(super) fn fetches_like(&self, other: &Self) -> bool {
        let (own, others) = (&self.profile, &other.profile);
        own.groups == others.groups && own.data == others.data && self.main() == other.main()
    }

    /// Finds mistakes that only a rendering shows.
    pub(super) fn check(&self) -> Result<()> {
        self.outputs.iter().try_for_each(|output| check_with_sample(&output.template, &self.profile))
    }

    /// Takes the locks of its output files, unless it is to be skipped, or another run holds one.
    pub(super) fn enter(&self) -> Result<Entry> {
        let (mut files, mut hooks) = (Vec::new(), Vec::new());
        for (output, written) in self.outputs.iter().zip(&self.profile.outputs) {
            if let Some(file) = output.destination.kept() {
                let file = resolve(file);
                hooks.extend(written.on_change.iter().map(|hook| (hook.clone(), file.clone())));
                files.push(file);
            }
        }
        let max_age = MaxAge::of(&self.profile, &self.outputs);
        self.attendance.enter(OutputFiles { files, hooks, max_age })
    }

    /// Ends it without having done anything.
    pub(super) fn skip(&self, why: Skipped) {
        self.end(Ok(Finished::skipped(why)));
    }

    pub(super) fn end(&self, result: Result<Finished>) {
        self.ending.end(result);
    }

    /// Ends it with this error, or adds that to its own.
    pub(super) fn fail(&self, error: Error) {
        self.ending.fail(error);
    }
}

fn history(run: &Run, profile: &Profile, outputs: &[PreparedOutput]) -> Result<Option<RunHistory>> {
    let needs = HistoryNeeds {
        guard: outputs.iter().any(|output| output.guard.compares()),
        changes: outputs.iter().any(|output| output.template.reads_changes())
            || (profile.history.keep.get() > 0 && tells_changes(profile)),
        dry: run.dry.is_some(),
    };
    let destinations: Vec<&Destination> = outputs.iter().map(|output| &output.destination).collect();
    RunHistory::of(profile, &destinations, needs)
}

/// Whether hooks or metrics are told of what has changed.
fn tells_changes(profile: &Profile) -> bool {
    let Hooks { before: _, on_change, on_failure, on_recovery, after, timeout: _ } = &profile.hooks;
    let hooks = [on_change, on_failure, on_recovery, after].into_iter().flatten();
    let of_outputs = profile.outputs.iter().filter_map(|output| output.on_change.as_ref());
    profile.notify.textfile.is_some() || hooks.chain(of_outputs).next().is_some()
}

fn files_of(run: &Run, profile: &Profile, outputs: &[PreparedOutput]) -> Vec<ProtectedFile> {
    let templates = outputs.iter().map(|output| &output.template);
    let mut files = protected_files(profile, templates.flat_map(Template::sources));
    files.extend(run.sandbox.as_ref().and_then(SandboxData::protected_file));
    files
}

fn announce(run: &Run, profile: &Profile) {
    let Profile { name, origin, .. } = profile;
    let started = if run.scheduled { "scheduled run" } else { "run" };
    log::debug!("{started} {}", run_id());
    log::debug!("profile {name} ({origin})");
}
