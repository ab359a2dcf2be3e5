//! What is kept of a run, and what it is compared with.

use std::io;
use std::path::Path;

use super::run_id::run_id;
use crate::data::{
    FileHash, History, PendingRecord, Record, Recorded, RunChanges, RunHead, SourceName, Unusable, Value,
};
use crate::diagnostic::moment;
use crate::fs::{descriptor, path_as_text, resolve};
use crate::output::Destination;
use crate::profile::Profile;
use crate::state::warn_of_state;
use crate::{Error, Kind, Result};

/// Where the data of a run is recorded.
#[derive(Debug)]
pub(super) struct RunHistory {
    pub(super) history: History,
    needs: HistoryNeeds,
    profile: String,
    outputs: Vec<String>,
}

/// What is needed of the history of a run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct HistoryNeeds {
    /// Whether a guard compares with the last delivered run: then no output is delivered that is not recorded.
    pub(super) guard: bool,
    /// Whether something wants to know what has changed since then, such as a template that reads `changes`.
    pub(super) changes: bool,
    /// Whether nothing is recorded: this is a dry run.
    pub(super) dry: bool,
}

/// The record of a run, which is not delivered yet.
#[derive(Debug)]
pub(super) struct RunRecord<'h> {
    pub(super) history: &'h History,
    run: &'h RunHistory,
    pub(super) record: Record,
    /// What is to be stored; none if that would fail, or this is a dry run.
    stored: Option<Recorded>,
}

impl RunHistory {
    /// That of a run with these outputs. None if nothing is to be kept, or nowhere can it be. Exit code 5 if a guard needs a
    /// folder for state, and there is none.
    pub(super) fn of(
        profile: &Profile,
        destinations: &[&Destination],
        needs: HistoryNeeds,
    ) -> Result<Option<Self>> {
        let keep = if needs.dry { 0 } else { profile.history.keep.get() };
        let keep = keep.max(u32::from(needs.guard || needs.changes));
        if keep == 0 {
            return Ok(None);
        }
        let (outputs, subject) = subject_of(profile, destinations);
        let why = "HOME is not set to an absolute path";
        match History::of(subject, usize::try_from(keep).unwrap_or(usize::MAX)) {
            Some(history) => {
                let profile = profile.key();
                Ok(Some(Self { history, needs, profile, outputs }))
            }
            None if needs.guard => {
                Err(Error::new(Kind::Refused, "the guard has no folder for what the last run delivered")
                    .because(why)
                    .help("set HOME or XDG_STATE_HOME, or remove `max_removed` and `max_added`"))
            }
            None => {
                warn(why);
                Ok(None)
            }
        }
    }

    /// Begins the record of this run. If that fails there is a warning, or exit code 5 if a guard needs it.
    pub(super) fn record(&self, recorded: &io::Result<Recorded>) -> Result<Option<RunRecord<'_>>> {
        let recorded = match recorded {
            Ok(recorded) => recorded,
            Err(error) => return self.failed(error).map(|()| None),
        };
        let head = self.head(run_id().to_string());
        let record = Record::fresh(head, recorded.clone(), self.history.subject());
        let mut stored = (!self.needs.dry).then(|| recorded.clone());
        // Before anything is compared: what is in the way of the folder is named.
        if stored.is_some()
            && let Err(error) = self.history.prepare()
        {
            self.failed(&error)?;
            stored = None;
        }
        Ok(Some(RunRecord { history: &self.history, run: self, record, stored }))
    }

    fn failed(&self, error: &io::Error) -> Result<()> {
        if self.needs.guard {
            return Err(cannot_record(self.history.folder(), error));
        }
        warn_of_state("record this run", self.history.folder(), error);
        Ok(())
    }

    /// That of a run with this id, which ends now.
    pub(super) fn head(&self, run: String) -> RunHead {
        RunHead { run, at: moment::now(), profile: self.profile.clone(), outputs: self.outputs.clone() }
    }
}

impl RunRecord<'_> {
    /// What has changed since the last delivered run; `None` if there was none, or if it is not needed.
    pub(super) fn changes(&self, main: &SourceName) -> Option<RunChanges> {
        let since = self.run.needs.changes.then(|| last_readable(self.history)).flatten()?;
        Some(RunChanges::between(since, self.record.clone(), main.clone()))
    }

    /// Puts it into place before these files are delivered. If that fails there is a warning, or exit code 5 if a guard
    /// needs it.
    pub(super) fn place(self, files: Vec<FileHash>) -> Result<Option<PendingRecord>> {
        let Some(recorded) = self.stored else { return Ok(None) };
        let head = self.record.header.head.clone();
        match self.history.place(head, &recorded, files, self.run.needs.guard) {
            Ok(placed) => Ok(Some(placed)),
            Err(error) => self.run.failed(&error).map(|()| None),
        }
    }
}

/// The output is delivered, so nothing can be refused any more. If this fails, the record stays where the next run finds
/// it.
pub(super) fn confirm(record: PendingRecord) {
    let folder = record.folder().to_owned();
    if let Err(error) = record.confirm() {
        warn_of_state("settle the record of this run", &folder, &error);
    }
}

/// Removes the records of earlier runs with these outputs: this one delivers, and is not recorded.
pub(super) fn forget(profile: &Profile, destinations: &[&Destination]) {
    let Some(history) = History::of(subject_of(profile, destinations).1, 0) else { return };
    if let Err(error) = history.forget() {
        warn_of_state("remove the records of earlier runs", history.folder(), &error);
    }
}

/// The record of the last delivered run. One that can't be read is as if it were not there, with a warning.
pub(super) fn last_readable(history: &History) -> Option<Record> {
    // A folder that can't be read could not be written either, which was said.
    for record in history.records().ok()? {
        match record.and_then(Record::kept_open) {
            Ok(last) => return Some(last),
            Err(unusable) => warn_of(&unusable),
        }
    }
    None
}

/// The files and folders of a run that are kept, and what tells it from others.
fn subject_of(profile: &Profile, destinations: &[&Destination]) -> (Vec<String>, String) {
    let first_file = destinations.iter().find_map(|output| output.regular_file());
    let first_file = first_file.map(|path| path_as_text(&resolve(path)));
    let kept = destinations.iter().filter_map(|output| output.kept());
    let outputs = kept.map(|path| path_as_text(&resolve(path))).collect();
    (outputs, first_file.unwrap_or_else(|| subject_of_open(profile, destinations)))
}

/// What tells a run that writes no regular file from others.
fn subject_of_open(profile: &Profile, destinations: &[&Destination]) -> String {
    match destinations.first() {
        None | Some(Destination::Stdout) => profile.key(),
        Some(Destination::Files { folder }) => {
            format!("files in {} of {}", path_as_text(&resolve(folder)), profile.key())
        }
        Some(Destination::File { path, .. }) => {
            // What an open descriptor leads to can change from run to run.
            let path = if descriptor(path).is_some() { path.clone() } else { resolve(path) };
            format!("{} of {}", path_as_text(&path), profile.key())
        }
    }
}

/// The changes as a template sees them; null if they can't be read, with a warning.
pub(super) fn known(changes: &RunChanges) -> Value {
    match changes.known() {
        Ok(known) => known.value.clone(),
        Err(error) => {
            log::warn!("`changes` is null: the record of the last run can't be read: {error}");
            Value::Null
        }
    }
}

/// Of a record that is left out.
pub(super) fn warn_of(Unusable { path, why }: &Unusable) {
    log::warn!("the record `{}` is left out: {why}", path.display());
}

fn warn(why: &str) {
    log::warn!("this run is not recorded: {why}; `keep = 0` in `[history]` records none");
}

fn cannot_record(folder: &Path, error: &io::Error) -> Error {
    Error::new(Kind::Refused, format!("the guard can't record this run in `{}`", folder.display()))
        .because(error)
        .help("`max_removed` and `max_added` need it; `$XDG_STATE_HOME` can name another folder")
}
