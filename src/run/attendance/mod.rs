//! What goes along with a run: its log, its hooks, and those who are told how it went. `begin` is before the run, `conclude` after
//! it.

mod attended_run;
mod begin;
mod conclude;
mod on_change;

pub(super) use attended_run::{Attendance, OutputFiles};
pub(super) use begin::Entry;
