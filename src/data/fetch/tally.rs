//! Counting what becomes of a source.

use std::cell::Cell;

use crate::data::lists::Outcome;

/// What has become of a source so far.
#[derive(Debug, Default)]
pub struct Tally {
    outcome: Cell<Outcome>,
    listed: Cell<u64>,
    expected: Cell<Option<u64>>,
}

impl Tally {
    pub fn outcome(&self) -> Outcome {
        self.outcome.get()
    }

    /// The rows so far are void.
    pub(super) fn restart(&self) {
        self.outcome.set(Outcome::default());
    }

    /// So many rows of the list are there, and more may come unless this page is the last one.
    pub(super) fn list(&self, rows: usize, is_last: bool) {
        self.listed.set(self.listed.get() + rows as u64);
        if is_last {
            self.expected.set(Some(self.listed.get()));
        }
    }

    /// So many rows of the list are left.
    pub(super) fn expect(&self, rows: usize) {
        self.expected.set(Some(rows as u64));
    }

    /// How many rows will go on, once that is known.
    pub(super) fn expected(&self) -> Option<u64> {
        self.expected.get()
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
        let mut outcome = self.outcome.get();
        change(&mut outcome);
        self.outcome.set(outcome);
    }
}
