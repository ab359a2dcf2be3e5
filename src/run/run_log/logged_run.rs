//! One run in the log.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::fs::path_as_text;
use crate::run::ended::Outcome;

/// A line of the log. Keys that a later version adds are ignored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoggedRun {
    /// The run id.
    pub run: Uuid,
    /// The [key](crate::Profile::key) of the profile.
    pub profile: String,
    pub began: Timestamp,
    pub ended: Timestamp,
    pub outcome: Outcome,
    pub exit_code: u8,
    /// Of a failure: the name of its exit code.
    #[serde(default)]
    pub kind: Option<String>,
    /// What was delivered, or why nothing was.
    pub message: String,
    /// Whether a schedule started it.
    #[serde(default)]
    pub scheduled: bool,
    /// The files that it writes, the first of them if there are many.
    #[serde(default)]
    pub outputs: Vec<String>,
    /// How many rows the first output has.
    #[serde(default)]
    pub rows: Option<u64>,
    /// How many requests its session sent, the repeated ones included, and how many of them were repeated.
    #[serde(default)]
    pub requests: u64,
    #[serde(default)]
    pub retries: u64,
    /// The names of the hooks that failed.
    #[serde(default)]
    pub failed_hooks: Vec<String>,
    /// The names of the hooks that it still had to run. If they stay, the run was killed before it had ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending_hooks: Vec<String>,
    /// Of a profile with `max_age`: a hash of what decided what was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<String>,
    /// The end of the last run that succeeded, which can be this one.
    #[serde(default)]
    pub last_success: Option<Timestamp>,
}

/// The hook that tells of a success after a failure.
pub const ON_RECOVERY: &str = "on_recovery";
/// How many files are named.
const OUTPUTS_MAX: usize = 20;

impl LoggedRun {
    /// What is logged of these output files.
    pub fn names_of(outputs: &[PathBuf]) -> Vec<String> {
        outputs.iter().take(OUTPUTS_MAX).map(|output| path_as_text(output)).collect()
    }

    pub fn has_failed(&self) -> bool {
        self.outcome == Outcome::Failed
    }

    /// Whether the next run that succeeds is the first one to tell of it.
    pub fn awaits_recovery(&self) -> bool {
        self.has_failed() || self.pending_hooks.iter().any(|hook| hook == ON_RECOVERY)
    }

    /// In seconds.
    pub fn duration(&self) -> f64 {
        self.ended.duration_since(self.began).as_secs_f64().max(0.0)
    }
}
