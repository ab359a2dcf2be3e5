//! What became of a run.

use std::path::Path;

use crate::Result;
use crate::diagnostic::size;
use crate::output::{Delivered, Destination, Written};

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
    /// What became of its regular file; `None` if it has none.
    pub fn written(&self) -> Option<Written> {
        match self.delivered {
            Delivered::File(written) => Some(written),
            Delivered::Whole | Delivered::Cut => None,
        }
    }

    pub fn file(&self) -> Option<&Path> {
        match &self.destination {
            Destination::File { path, .. } => Some(path),
            Destination::Stdout => None,
        }
    }

    /// What became of its output, and the rest, such as `written` and ``12 groups, 1.2 kB to `groups.csv` ``.
    pub fn in_words(&self) -> (&'static str, String) {
        let rows = &self.rows_in_words;
        let place = self.destination.in_words();
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
