//! Hooks: programs of the profile's author that run before and after a run.
//!
//! `hook` runs one, `event` is what it is told, `lines` puts what it prints into the log, `owed` remembers which
//! changed files `on_change` has not been told of.

mod event;
mod hook;
mod lines;
mod owed;

pub(super) use event::{Event, EventError};
pub(super) use hook::{Hook, HookFailure, run};
pub(super) use owed::Owed;
