//! Which runs have started this one, by their hooks. A run that waited for one of them would wait until the hook is ended.

use std::env;

use super::run_id::run_id;
use crate::hash::sha256;

/// The variable with the marks of the runs whose hooks have led to a program, with a blank between two.
pub const MARKS: &str = "RUNNER_RUNS";

/// What tells the run of a profile in this process from all others. `profile` is what names it for its hooks.
pub fn mark_of(profile: &str) -> String {
    sha256(format!("{}\n{profile}", run_id()).as_bytes())
}

/// The marks of the runs whose hooks have led to this process.
pub fn marks() -> String {
    env::var(MARKS).unwrap_or_default()
}
