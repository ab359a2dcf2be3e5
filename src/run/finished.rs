//! What became of a run.

use std::path::Path;

use crate::Result;
use crate::diagnostic::size;
use crate::output::{Delivered, Destination, FilesWritten, Written};

/// A run at its end.
#[derive(Debug)]
pub struct RunResult {
    /// The name or path of its profile.
    pub profile: String,
    pub result: Result<Finished>,
}

/// The end of a run that succeeded.
#[derive(Debug)]
pub struct Finished {
    /// What became of each output.
    pub outputs: Vec<FinishedOutput>,
}

/// The end of one output.
#[derive(Debug)]
pub struct FinishedOutput {
    /// How many rows of the main source the output has.
    pub rows: u64,
    /// The same in words, such as `12 groups`.
    pub rows_in_words: String,
    pub destination: Destination,
    pub delivered: Delivered,
}

impl FinishedOutput {
    /// What became of its regular file, or of all its files; `None` if it has none.
    pub fn written(&self) -> Option<Written> {
        match self.delivered {
            Delivered::File(written) => Some(written),
            Delivered::Files(FilesWritten { written, removed, bytes, .. }) => {
                Some(Written { size: bytes, is_unchanged: written + removed == 0 })
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

    /// What became of its output, and the rest, such as `written` and ``12 groups, 1.2 kB to `groups.csv` ``.
    pub fn in_words(&self) -> (&'static str, String) {
        let rows = &self.rows_in_words;
        let place = self.destination.in_words();
        if let Delivered::Files(FilesWritten { written, unchanged, removed, bytes }) = self.delivered {
            let outcome = if written + removed == 0 { "unchanged" } else { "written" };
            let size = size::in_words(bytes);
            let files = format!("{written} of {} files new", written + unchanged);
            let removed = if removed > 0 { format!(", {removed} removed") } else { String::new() };
            return (outcome, format!("{rows}, {files}{removed}, {size} in {place}"));
        }
        match self.written() {
            Some(Written { size, is_unchanged: true }) => {
                ("unchanged", format!("{rows}, {} in {place}", size::in_words(size)))
            }
            Some(Written { size, is_unchanged: false }) => {
                ("written", format!("{rows}, {} to {place}", size::in_words(size)))
            }
            None => ("written", format!("{rows} to {place}")),
        }
    }
}
