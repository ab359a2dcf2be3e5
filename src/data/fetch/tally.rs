//! Counting what becomes of a source.

use std::cell::Cell;

use crate::data::lists::Outcome;

/// What has become of a source so far.
#[derive(Debug, Default)]
pub struct Tally(Cell<Outcome>);

impl Tally {
    pub fn outcome(&self) -> Outcome {
        self.0.get()
    }

    /// The rows so far are void.
    pub(super) fn restart(&self) {
        self.0.set(Outcome::default());
    }

    pub(super) fn add_row(&self) {
        self.change(|outcome| outcome.rows += 1);
    }

    /// A row has a part that may not be seen.
    pub fn add_hidden(&self) {
        self.change(|outcome| outcome.hidden += 1);
    }

    /// A row goes on with an error.
    pub fn add_error(&self) {
        self.change(|outcome| outcome.errors += 1);
    }

    pub(super) fn add_rows(&self, count: usize) {
        self.change(|outcome| outcome.rows += count as u64);
    }

    /// The service holds more than it sends.
    pub(super) fn truncate(&self) {
        self.change(|outcome| outcome.truncated = true);
    }

    /// A list is left out for one row of its parent.
    pub(super) fn skip(&self) {
        self.change(|outcome| outcome.skipped += 1);
    }

    fn change(&self, change: impl FnOnce(&mut Outcome)) {
        let mut outcome = self.0.get();
        change(&mut outcome);
        self.0.set(outcome);
    }
}
