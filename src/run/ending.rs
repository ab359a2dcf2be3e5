//! The ends of runs. They outlive an interruption: what is delivered stays delivered.

use std::cell::RefCell;
use std::fmt;

use super::ended::Ended;
use super::finished::{Finished, RunResult};
use super::one_run::Run;
use crate::terminal::about::{about_at_once, naming};
use crate::{Error, Result};

/// Hears of the end of a run at once: the name or path of its profile, and what became of it.
pub type OnEnd<'t> = &'t dyn Fn(&str, &Result<Finished>);

/// The end of one run, as soon as it is there.
pub struct Ending<'t> {
    profile: String,
    result: RefCell<Option<Result<Finished>>>,
    on_end: OnEnd<'t>,
}

impl<'t> Ending<'t> {
    /// Of a run that has not begun.
    pub fn of(run: &Run, on_end: OnEnd<'t>) -> Self {
        Self { profile: run.profile.clone(), result: RefCell::default(), on_end }
    }

    pub(super) fn end(&self, result: Result<Finished>) {
        self.tell(&result);
        *self.result.borrow_mut() = Some(result);
    }

    /// Ends it with this error, or adds that to its own.
    pub(super) fn fail(&self, error: Error) {
        let before = self.result.take();
        self.tell(&Err(error.clone()));
        *self.result.borrow_mut() = Some(Err(match before {
            Some(Err(own)) => own.and(error),
            _ => error,
        }));
    }

    /// What is delivered stays so, but this has ended the run before its hooks had run.
    pub(super) fn stop(&self, error: Error) {
        self.tell(&Err(error.clone()));
        if let Some(Ok(finished)) = &mut *self.result.borrow_mut() {
            finished.stopped = Some(error);
        }
    }

    fn tell(&self, result: &Result<Finished>) {
        about_at_once(&self.profile, || naming(|| (self.on_end)(&self.profile, result)));
    }

    /// What others are told of it; that it failed with this error, if it has not ended.
    pub(super) fn ended(&self, unfinished: &Error) -> Ended {
        match &*self.result.borrow() {
            Some(result) => Ended::of(result.as_ref()),
            None => Ended::of(Err(unfinished)),
        }
    }

    pub fn has_ended(&self) -> bool {
        self.result.borrow().is_some()
    }

    /// What became of the run; this error if it has not ended.
    pub fn into_result(self, unfinished: &Error) -> RunResult {
        let result = self.result.into_inner().unwrap_or_else(|| Err(unfinished.clone()));
        RunResult { profile: self.profile, result }
    }

    pub fn profile(&self) -> &str {
        &self.profile
    }
}

impl fmt::Debug for Ending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ending").field("profile", &self.profile).finish_non_exhaustive()
    }
}
