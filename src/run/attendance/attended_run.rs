//! What is known of one run from its beginning to its end.

use std::cell::{Cell, OnceCell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

use jiff::Timestamp;

use super::on_change::OnChange;
use crate::catalog;
use crate::diagnostic::moment;
use crate::profile::{Deadline as Limit, HookCommand, Profile};
use crate::run::deadline::Deadline;
use crate::run::ended::Ended;
use crate::run::hooks::{Event, EventError, Hook};
use crate::run::max_age::MaxAge;
use crate::run::notify::Pings;
use crate::run::one_run::Run;
use crate::run::output_locks::OutputLocks;
use crate::run::run_id::run_id;
use crate::run::run_log::RunLog;
use crate::run::stop::Stop;
use crate::terminal::{Activity, Interruptions};

/// The regular files that a run writes.
#[derive(Debug, Default)]
pub struct OutputFiles {
    pub files: Vec<PathBuf>,
    /// The hooks of single files.
    pub hooks: Vec<(HookCommand, PathBuf)>,
    /// If it is skipped while they are young.
    pub max_age: Option<MaxAge>,
}

/// What goes along with one run. A trial, with a sandbox or as a dry run, has nothing of it.
#[derive(Debug)]
pub struct Attendance {
    /// What names the profile for hooks, in any folder.
    pub(super) argument: String,
    /// The key of the profile; `None` if there is no such profile, and for a trial.
    pub(super) key: Option<String>,
    /// `None` also if it has mistakes.
    pub(super) profile: Option<Rc<Profile>>,
    pub(super) scheduled: bool,
    pub(super) began: Timestamp,
    pub began_at: Instant,
    pub(super) files: RefCell<OutputFiles>,
    pub(super) locks: RefCell<OutputLocks>,
    pub(super) on_change: RefCell<Vec<OnChange>>,
    /// Those that it needs.
    pings: OnceCell<Option<Pings>>,
    pub(super) activities: RefCell<Vec<Rc<Activity>>>,
    pub(super) signals: Rc<Interruptions>,
    pub(super) is_concluded: Cell<bool>,
}

impl Attendance {
    /// Of a run that begins now. `profile` is the one that it executes, if that has no mistakes.
    pub fn of(run: &Run, profile: Option<&Rc<Profile>>, signals: &Rc<Interruptions>) -> Self {
        let is_trial = run.sandbox.is_some() || run.dry.is_some();
        let key = || match profile {
            Some(profile) => Some(profile.key()),
            None => catalog::find_profile(&run.profile).ok().map(|source| source.key()),
        };
        Self {
            argument: argument_for(run, profile),
            key: if is_trial { None } else { key() },
            profile: profile.filter(|_| !is_trial).cloned(),
            scheduled: run.scheduled,
            began: moment::now(),
            began_at: Instant::now(),
            files: RefCell::default(),
            locks: RefCell::default(),
            on_change: RefCell::default(),
            pings: OnceCell::new(),
            activities: RefCell::default(),
            signals: Rc::clone(signals),
            is_concluded: Cell::new(is_trial),
        }
    }

    /// The run is in this session, among others.
    pub fn note_session(&self, activity: &Rc<Activity>) {
        self.activities.borrow_mut().push(Rc::clone(activity));
    }

    /// What an output of it, or of another run of its session, waits for.
    pub fn awaited(&self) -> Option<String> {
        self.activities.borrow().iter().find_map(|activity| activity.awaited())
    }

    /// Waits until a signal, or its deadline, ends the run.
    pub(super) async fn stopped(&self) -> Stop {
        let limit = self.profile.as_ref().map_or(Limit::Never, |profile| profile.run.deadline);
        let deadline = Deadline::new(limit, self.began_at, self.activities.borrow().clone());
        tokio::select! {
            biased;
            _ = self.signals.first() => Stop::Signal,
            limit = deadline.passed() => Stop::Deadline(limit),
        }
    }

    /// The pings of this run, if it needs any.
    pub(super) fn pings(&self, profile: &Profile) -> Option<&Pings> {
        self.pings.get_or_init(|| Pings::of(profile, self.scheduled, run_id())).as_ref()
    }

    pub(super) fn hook<'h>(&'h self, profile: &Profile, command: &'h HookCommand) -> Hook<'h> {
        Hook { command, timeout: profile.hooks.timeout, signals: &self.signals }
    }

    /// What a hook is told: before the run, or after it has ended.
    pub(super) fn event<'e>(&'e self, hook: &'static str, ended: Option<&'e Ended>) -> Event<'e> {
        let error = |ended: &'e Ended| {
            let kind = ended.failure?.kind.name();
            Some(EventError { kind, message: &ended.message })
        };
        let changes = ended.and_then(|ended| ended.changes.as_ref());
        Event {
            hook,
            profile: &self.argument,
            run: run_id(),
            scheduled: self.scheduled,
            outcome: ended.map(|ended| ended.outcome.name()),
            exit_code: ended.map(Ended::exit_code),
            error: ended.and_then(error),
            outputs: ended.map_or(&[], |ended| &ended.outputs),
            changes: changes.map(|changes| &changes.value),
            files: self.files.borrow().files.clone(),
            added: changes.map(|changes| changes.summary.added),
            removed: changes.map(|changes| changes.summary.removed),
        }
    }

    pub(super) fn log(&self) -> Option<RunLog> {
        RunLog::of(self.key.as_deref()?)
    }
}

/// What names the profile in any folder.
fn argument_for(run: &Run, profile: Option<&Rc<Profile>>) -> String {
    let file = profile.and_then(|profile| std::path::absolute(profile.origin.file()?).ok());
    file.map_or_else(|| run.profile.clone(), |file| file.to_string_lossy().into_owned())
}
