//! The end of a run as others are told of it: the log, hooks, pings and metrics.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, Serializer};

use super::finished::{Finished, FinishedOutput, Skipped};
use crate::data::{KnownChanges, RunChanges};
use crate::diagnostic::{clean, redact};
use crate::fs::resolve;
use crate::{Error, Kind, Result};

/// The longest message, in characters. The services that are pinged keep 10 kB.
const MESSAGE_MAX: usize = 1000;

/// What became of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// An output has new content.
    Written,
    /// Every output had its content already.
    Unchanged,
    /// Nothing was done.
    Skipped,
    Failed,
}

impl Outcome {
    pub fn name(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Unchanged => "unchanged",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// A run that has ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) outcome: Outcome,
    /// Why it failed.
    pub(super) failure: Option<Failure>,
    /// What was delivered, or why nothing was. It holds no secret and no control character.
    pub(super) message: String,
    pub(super) outputs: Vec<EndedOutput>,
    /// Whether it was skipped because what the last one delivered is young enough.
    pub(super) is_young: bool,
    /// `None` if they are not known.
    pub(super) changes: Option<KnownChanges>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Failure {
    pub(super) kind: Kind,
}

/// A path, which is text for others.
#[derive(Debug)]
pub(super) struct OutputPath(PathBuf);

impl Serialize for OutputPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.to_string_lossy().serialize(serializer)
    }
}

/// An output that was delivered.
#[derive(Debug, Serialize)]
pub(super) struct EndedOutput {
    /// `None` for stdout.
    pub(super) path: Option<OutputPath>,
    pub(super) rows: u64,
    /// Whether it is a regular file with new content.
    pub(super) changed: bool,
}

impl Ended {
    pub(super) fn of(result: Result<&Finished, &Error>) -> Self {
        let stopped = result.map_or_else(Some, |finished| finished.stopped.as_ref());
        let (outcome, failure, message) = match (stopped, result) {
            (Some(error), _) | (None, Err(error)) => {
                let failure = Failure { kind: error.kind };
                (Outcome::Failed, Some(failure), redact(&error.first_problem()))
            }
            (None, Ok(Finished { skipped: Some(skipped), .. })) => {
                (Outcome::Skipped, None, skipped.why().to_owned())
            }
            (None, Ok(Finished { outputs, .. })) => {
                let is_unchanged = outputs.iter().all(|output| output.in_words().0 == "unchanged");
                let messages: Vec<String> = outputs.iter().map(|output| output.in_words().1).collect();
                let outcome = if is_unchanged { Outcome::Unchanged } else { Outcome::Written };
                (outcome, None, messages.join("; "))
            }
        };
        let message = clean(&message).chars().take(MESSAGE_MAX).collect();
        let finished = result.ok();
        let is_young = matches!(finished, Some(Finished { skipped: Some(Skipped::Young(_)), .. }));
        let outputs =
            finished.into_iter().flat_map(|finished| &finished.outputs).map(EndedOutput::of).collect();
        let changes = finished.and_then(|finished| known(finished.changes.as_ref()?));
        Self { outcome, failure, message, outputs, is_young, changes }
    }

    pub(super) fn exit_code(&self) -> u8 {
        self.failure.map_or(0, |failure| failure.kind.exit_code())
    }

    /// The files that have new content.
    pub(super) fn changed(&self) -> impl Iterator<Item = &Path> {
        self.outputs
            .iter()
            .filter(|output| output.changed)
            .filter_map(|output| output.path.as_ref())
            .map(|path| path.0.as_path())
    }
}

/// The changes, if they are known.
fn known(changes: &RunChanges) -> Option<KnownChanges> {
    let warn = |error: &io::Error| log::warn!("can't tell hooks what has changed: {error}");
    changes.known().map_err(warn).ok().cloned()
}

impl EndedOutput {
    fn of(output: &FinishedOutput) -> Self {
        Self {
            path: output.file().map(resolve).map(OutputPath),
            rows: output.rows,
            changed: output.written().is_some_and(|written| !written.is_unchanged),
        }
    }
}
