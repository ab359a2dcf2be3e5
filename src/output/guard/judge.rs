//! Whether an output is delivered.

use std::iter;
use std::path::{Path, PathBuf};

use super::objections::Objections;
use super::other_lists::{OtherLists, may_be_empty};
use super::rejected::rejected_path;
use super::watched_rows::{SeenRows, WatchedRows};
use crate::data::{Changes, Fields, History, LastRun, Record, RowKind, RowReceiver, Sources, Unusable};
use crate::diagnostic::moment::for_people;
use crate::fs::resolve;
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
    Deliver,
    /// It is not, for this reason.
    Refuse(Error),
}

impl Guard {
    /// The guard of this output, whose template reads these fields.
    pub fn new(
        profile: &Profile,
        limits: Limits,
        kind: RowKind,
        read: &Fields,
        destination: &Destination,
        options: GuardOptions,
    ) -> Self {
        let (default_min, others) = match destination {
            Destination::Stdout => (0, OtherLists::default()),
            Destination::File { .. } | Destination::Files { .. } => (
                u32::from(!may_be_empty(&limits, kind.name())),
                OtherLists::read_by(read, &kind.source, &Sources::of(profile), &limits),
            ),
        };
        let min = limits.min.unwrap_or(default_min);
        Self { kind, destination: destination.clone(), limits, min, others, options }
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
        WatchedRows::new(receiver, self.kind.clone())
    }

    /// Whether rows have to be compared with those of the last delivered run.
    pub fn compares(&self) -> bool {
        self.limits.max_removed.or(self.limits.max_added).is_some() && !self.options.is_trial
    }

    /// Decides on an output with these rows, of which `this` is the record. Exit code 5 if they cannot be compared.
    pub(super) fn judge(&self, seen: &SeenRows, history: Option<(&History, &Record)>) -> Result<Verdict> {
        let mut objections = Objections::to_number(seen.count, self.min, self.limits.max, &self.kind);
        objections.add_empty(&self.others.empty(&seen.outcomes, seen.memberships));
        if self.compares()
            && let Some((history, this)) = history
            && let Some(changes) = self.strictest(history, this)?
        {
            objections.add_changes(&changes, &self.limits, &self.kind);
        }
        match objections.is_empty() {
            true => Ok(Verdict::Deliver),
            false if self.options.accept => {
                log::info!("accepted: {}", objections.summary());
                Ok(Verdict::Deliver)
            }
            false => Ok(Verdict::Refuse(self.refusal(objections))),
        }
    }

    /// What has changed since the last delivered run; `None` if there was none. If several can be the last one, it is what
    /// the limits do not allow.
    fn strictest(&self, history: &History, this: &Record) -> Result<Option<Changes>> {
        let mut all = self.changes(history, this)?;
        let refused = all.iter().position(|changes| Objections::are_against(changes, &self.limits));
        let at = refused.unwrap_or(0);
        Ok((at < all.len()).then(|| all.swap_remove(at)))
    }

    /// What has changed since each run that can be the last one.
    fn changes(&self, history: &History, this: &Record) -> Result<Vec<Changes>> {
        match self.compare(history, this) {
            Ok(none) if none.is_empty() => {
                self.warn_of_first_run(history);
                Ok(none)
            }
            Err(Unusable { path, why }) if self.options.accept => {
                log::info!("accepted: not compared, because `{}` is unusable: {why}", path.display());
                Ok(Vec::new())
            }
            compared => compared.map_err(|Unusable { path, why }| {
                let path = path.display();
                Error::new(
                    Kind::Refused,
                    format!("the guard can't read what the last run delivered from `{path}`"),
                )
                .because(why)
                .help(format!(
                    "`{}` delivers without comparing, and starts over",
                    self.options.accept_command
                ))
            }),
        }
    }

    /// A state folder that does not outlive the run, as in a container, would make each run the first.
    fn warn_of_first_run(&self, history: &History) {
        if let Some(output) = self.destination.regular_file().filter(|output| output.exists()) {
            log::warn!(
                "the guard has nothing to compare `{}` with: no run is recorded in `{}` yet",
                output.display(),
                history.folder().display()
            );
        }
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

    /// The rows of this list in each run that can be the last one, and in this one. None of a run that had no such list.
    fn compare(&self, history: &History, this: &Record) -> Result<Vec<Changes>, Unusable> {
        let unusable = |path: Option<&Path>| {
            let path = path.unwrap_or(history.folder()).to_owned();
            move |why| Unusable { path, why }
        };
        let source = &self.kind.source;
        let mut all = Vec::new();
        for LastRun { record, is_doubtful } in history.last_runs()? {
            self.warn_of_doubt(&record, is_doubtful);
            let old = record.sorted_labels(source).map_err(unusable(record.path()))?;
            let new = this.sorted_labels(source).map_err(unusable(None))?;
            if let (Some(old), Some(new)) = (old, new) {
                all.push(Changes::between(old, new).map_err(unusable(None))?);
            }
        }
        Ok(all)
    }

    /// The guard may compare with something else than what is there.
    fn warn_of_doubt(&self, last: &Record, is_doubtful: bool) {
        let run = || {
            let head = &last.header.head;
            format!("{} (run {})", for_people(head.at.as_second()), head.run.get(..8).unwrap_or(&head.run))
        };
        let output = self.destination.in_words();
        let file = self.destination.regular_file().map(resolve);
        if is_doubtful {
            log::warn!(
                "the run of {} was interrupted, and may have written {output}: the guard compares with it, too",
                run()
            );
        } else if file.is_some_and(|file| last.is_outdated(&file)) {
            log::warn!(
                "{output} is not as the last recorded run left it: it was edited, or a run was not recorded; the guard compares \
                 with the run of {}",
                run()
            );
        }
    }
}
