//! What became of a run.

use std::path::Path;

use crate::data::RunChanges;
use crate::diagnostic::size;
use crate::output::{Delivered, Destination, FilesWritten, Spool, Written};
use crate::{Error, Result};

/// A run at its end.
#[derive(Debug)]
pub struct RunResult {
    /// The name or path of its profile.
    pub profile: String,
    pub result: Result<Finished>,
}

impl RunResult {
    /// What the run has ended with, if that is no success.
    pub fn error(&self) -> Option<&Error> {
        self.result.as_ref().map_or_else(Some, |finished| finished.stopped.as_ref())
    }
}

/// The end of a run that has delivered its outputs, or had nothing to do.
#[derive(Debug)]
pub struct Finished {
    /// What became of each output; none if it was skipped.
    pub outputs: Vec<FinishedOutput>,
    /// What has changed since the last delivered run; `None` if there was none, or none is recorded.
    pub changes: Option<RunChanges>,
    pub skipped: Option<Skipped>,
    /// What has ended the run after its outputs were delivered, before its hooks had run.
    pub stopped: Option<Error>,
}

/// Why a run did nothing.
#[derive(Debug, Clone)]
pub enum Skipped {
    /// What the last one delivered is young enough.
    Young(String),
    /// Another one writes to one of its outputs.
    Overlap(String),
}

impl Skipped {
    pub fn why(&self) -> &str {
        match self {
            Self::Young(why) | Self::Overlap(why) => why,
        }
    }
}

impl Finished {
    pub(super) fn skipped(why: Skipped) -> Self {
        Self { outputs: Vec::new(), changes: None, skipped: Some(why), stopped: None }
    }
}

/// The end of one output.
#[derive(Debug)]
pub struct FinishedOutput {
    /// How many rows of the main source the output has.
    pub rows: u64,
    /// The same in words, such as `12 groups`.
    pub rows_in_words: String,
    pub destination: Destination,
    /// What became of it, or would have.
    pub delivered: Delivered,
    /// If nothing was written.
    pub dry: Option<DryOutput>,
}

/// The end of an output of a dry run.
#[derive(Debug)]
pub struct DryOutput {
    /// How the files would change, if that was asked for.
    pub diff: Option<Spool>,
}

impl FinishedOutput {
    /// What became of its regular file, or of all its files; `None` if it has none.
    pub fn written(&self) -> Option<Written> {
        match self.delivered {
            Delivered::File(written) => Some(written),
            Delivered::Files(files) => {
                Some(Written { size: files.bytes, is_unchanged: files.is_unchanged() })
            }
            Delivered::Whole | Delivered::Cut => None,
        }
    }

    /// What became of the files of the rows, if each has one.
    pub fn files(&self) -> Option<FilesWritten> {
        match self.delivered {
            Delivered::Files(files) => Some(files),
            _ => None,
        }
    }

    /// The file, or the folder of the files.
    pub fn file(&self) -> Option<&Path> {
        match &self.destination {
            Destination::File { path, .. } | Destination::Files { folder: path } => Some(path),
            Destination::Stdout => None,
        }
    }

    /// Whether it is a dry run that would change a file.
    pub fn would_change(&self) -> bool {
        self.dry.is_some() && self.written().is_some_and(|written| !written.is_unchanged)
    }

    /// What became of its output, and the rest, such as `written` and ``12 groups, 1.2 kB to `groups.csv` ``.
    pub fn in_words(&self) -> (&'static str, String) {
        let (rows, place) = (&self.rows_in_words, self.destination.in_words());
        let is_changed = self.written().is_none_or(|written| !written.is_unchanged);
        let outcome = match (&self.dry, is_changed) {
            (Some(_), _) if self.written().is_none() => "would be printed",
            (Some(_), true) => "would be written",
            (None, true) => "written",
            (_, false) => "unchanged",
        };
        let size = self.written().map(|written| size::in_words(written.size));
        let details = match (self.delivered, size) {
            (Delivered::Files(FilesWritten { written, mode_changed, unchanged, removed, .. }), size) => {
                let size = size.unwrap_or_default();
                let files = format!("{written} of {} files new", written + mode_changed + unchanged);
                let some =
                    |count: u64, what| if count > 0 { format!(", {count} {what}") } else { String::new() };
                let (modes, removed) = (some(mode_changed, "with another mode"), some(removed, "removed"));
                format!("{rows}, {files}{modes}{removed}, {size} in {place}")
            }
            (_, None) => format!("{rows} to {place}"),
            (_, Some(size)) if is_changed => format!("{rows}, {size} to {place}"),
            (_, Some(size)) => format!("{rows}, {size} in {place}"),
        };
        (outcome, details)
    }
}
