//! Whether an output is delivered.

use std::io;
use std::iter;
use std::path::{Path, PathBuf};

use super::objections::Objections;
use super::other_lists::{OtherLists, may_be_empty};
use super::rejected::rejected_path;
use super::watched_rows::{SeenRows, WatchedRows};
use crate::catalog::Origin;
use crate::data::{Changes, Fields, History, RecordDraft, RowId, RowKind, RowReceiver, Sources};
use crate::fs::{descriptor, path_as_text, resolve, resolve_folder};
use crate::output::destination::{Destination, ProtectedFile, check_against};
use crate::profile::{Guard as Limits, Profile};
use crate::{Error, Kind, Result};

/// What may be delivered to one output.
#[derive(Debug)]
pub struct Guard {
    kind: RowKind,
    destination: Destination,
    limits: Limits,
    min: u32,
    /// What must not be empty besides; nothing for stdout.
    others: OtherLists,
    /// If rows have to be compared.
    history: Option<History>,
    options: GuardOptions,
}

/// What the user decides for one run.
#[derive(Debug)]
pub struct GuardOptions {
    /// Whether to deliver an output that the guard would refuse.
    pub accept: bool,
    /// The command that does so.
    pub accept_command: String,
    /// Whether the rows are made up: they are neither compared with those of other runs nor recorded.
    pub is_trial: bool,
    /// Whether nothing is recorded or kept: the output is only looked at.
    pub is_dry_run: bool,
}

/// What becomes of an output.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It is delivered, and then its rows are recorded.
    Deliver(Option<RecordDraft>),
    /// It is not, for this reason.
    Refuse(Error),
}

impl Guard {
    /// The guard of this output, whose template reads these fields. Exit code 5 if it needs a folder for state, and there
    /// is none.
    pub fn new(
        profile: &Profile,
        limits: Limits,
        kind: RowKind,
        read: &Fields,
        destination: &Destination,
        options: GuardOptions,
    ) -> Result<Self> {
        let (default_min, others) = match destination {
            Destination::Stdout => (0, OtherLists::default()),
            Destination::File { .. } | Destination::Files { .. } => (
                u32::from(!may_be_empty(&limits, kind.name())),
                OtherLists::read_by(read, &kind.source, &Sources::of(profile), &limits),
            ),
        };
        let compares = limits.max_removed.or(limits.max_added).is_some() && !options.is_trial;
        let history = compares.then(|| {
            History::of(history_name(destination, &profile.name, &profile.origin)).ok_or_else(|| {
                Error::new(Kind::Refused, "the guard has no folder for what the last run delivered")
                    .because("HOME is not set to an absolute path")
                    .help("set HOME or XDG_STATE_HOME, or remove `max_removed` and `max_added`")
            })
        });
        let min = limits.min.unwrap_or(default_min);
        Ok(Self {
            kind,
            destination: destination.clone(),
            limits,
            min,
            others,
            history: history.transpose()?,
            options,
        })
    }

    pub(super) fn writes_nothing(&self) -> bool {
        self.options.is_trial || self.options.is_dry_run
    }

    pub(super) fn is_trial(&self) -> bool {
        self.options.is_trial
    }

    /// Fails if the output, or a refused one, would replace one of these files. Exit code 2. They are listed only if the
    /// output is a file.
    pub fn check_against(&self, files: impl FnOnce() -> Vec<ProtectedFile>) -> Result<()> {
        let places = self.places();
        let files = if places.is_empty() { Vec::new() } else { files() };
        places.iter().try_for_each(|(what, path)| check_against(what, path, &files))
    }

    /// The output and the place of a refused one, each with what messages call it. None if the output is not a file.
    pub fn places(&self) -> Vec<(&'static str, PathBuf)> {
        let Destination::File { path, .. } = &self.destination else { return Vec::new() };
        // Too many links: the output can't be written either.
        let rejected = rejected_path(path).ok().map(|path| ("the place of a refused output,", path));
        iter::once(("the output", path.clone())).chain(rejected).collect()
    }

    /// Watches the rows on their way to this receiver.
    pub fn watch<R: RowReceiver>(&self, receiver: R) -> WatchedRows<R> {
        WatchedRows::new(receiver, self.kind.clone(), self.history.is_some())
    }

    /// Decides on an output with these rows. Exit code 5 if they cannot be compared or recorded.
    pub(super) fn judge(&self, seen: SeenRows) -> Result<Verdict> {
        let mut objections = Objections::to_number(seen.count, self.min, self.limits.max, &self.kind);
        objections.add_empty(&self.others.empty(&seen.outcomes, seen.memberships));
        let mut record = None;
        if let (Some(history), Some(ids)) = (&self.history, seen.ids) {
            let changes = if self.options.is_dry_run {
                self.changes(history, || Ok(ids.sorted()))?
            } else {
                let drafted = history.draft(ids, self.kind.name());
                let draft = drafted.map_err(|error| self.cannot_record(history.path()).because(error))?;
                let draft = record.insert(draft);
                self.changes(history, || draft.rows())?
            };
            if let Some(changes) = changes {
                objections.add_changes(&changes, &self.limits, &self.kind);
            }
        }
        match objections.is_empty() {
            true => Ok(Verdict::Deliver(record)),
            false if self.options.accept => {
                tracing::info!("accepted: {}", objections.summary());
                Ok(Verdict::Deliver(record))
            }
            false => Ok(Verdict::Refuse(self.refusal(objections))),
        }
    }

    /// What has changed since the last delivered run; `None` if there was none.
    fn changes<R: Iterator<Item = io::Result<RowId>>>(
        &self,
        history: &History,
        rows: impl FnOnce() -> io::Result<R>,
    ) -> Result<Option<Changes>> {
        let compare = || {
            let Some(last) = history.last()? else {
                self.warn_of_first_run(history.path());
                return Ok(None);
            };
            Changes::between(last, rows()?).map(Some)
        };
        match compare() {
            Err(error) if self.options.accept => {
                tracing::info!(
                    "accepted: not compared, because `{}` is unusable: {error}",
                    history.path().display()
                );
                Ok(None)
            }
            compared => compared.map_err(|error| {
                let path = history.path().display();
                Error::new(
                    Kind::Refused,
                    format!("the guard can't read what the last run delivered from `{path}`"),
                )
                .because(error)
                .help(format!(
                    "`{}` delivers without comparing, and starts over",
                    self.options.accept_command
                ))
            }),
        }
    }

    /// A state folder that does not outlive the run, as in a container, would make each run the first.
    fn warn_of_first_run(&self, record: &Path) {
        if let Some(output) = self.destination.regular_file().filter(|output| output.exists()) {
            tracing::warn!(
                "the guard has nothing to compare `{}` with: no run is recorded in `{}` yet",
                output.display(),
                record.display()
            );
        }
    }

    fn cannot_record(&self, path: &Path) -> Error {
        let what = format!("the guard can't record the {} in `{}`", self.kind.name(), path.display());
        Error::new(Kind::Refused, what)
            .help("`max_removed` and `max_added` need it; `$XDG_STATE_HOME` can name another folder")
    }

    fn refusal(&self, objections: Objections) -> Error {
        let once = format!("if it is right, deliver it once with `{}`", self.options.accept_command);
        let help = match objections.cure() {
            Some(cure) => format!("{once}, or always with {cure}"),
            None => once,
        };
        let what = match &self.destination {
            Destination::Stdout => "the guard refused the output".to_owned(),
            Destination::File { path, .. } => format!("the guard refused to write `{}`", path.display()),
            Destination::Files { folder } => {
                format!("the guard refused to write files into `{}`", folder.display())
            }
        };
        Error::new(Kind::Refused, what)
            .because(objections.summary())
            .help(help)
            .details(objections.into_details())
    }
}

/// The output, as every run names it that writes there. A file is the same whichever profile writes it.
fn history_name(destination: &Destination, profile: &str, origin: &Origin) -> String {
    let profile = match origin {
        Origin::File(path) => path_as_text(&resolve_folder(path)),
        Origin::Embedded => format!("built-in {profile}"),
    };
    match destination {
        Destination::Stdout => format!("stdout of the profile {profile}"),
        Destination::Files { folder } => {
            format!("files in {} of the profile {profile}", path_as_text(&resolve(folder)))
        }
        Destination::File { path, .. } if destination.is_regular() => path_as_text(&resolve(path)),
        // What an open descriptor leads to can change from run to run.
        Destination::File { path, .. } if descriptor(path).is_some() => {
            format!("{} of the profile {profile}", path_as_text(path))
        }
        Destination::File { path, .. } => {
            format!("{} of the profile {profile}", path_as_text(&resolve(path)))
        }
    }
}
