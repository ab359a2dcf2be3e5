//! Rows on their way to the rendering.

use crate::data::{Lists, Outcomes, RowId, RowKind, RowReceiver, RowSorter, Value};
use crate::globus::auth::Identity;
use crate::{Error, Result};

/// Passes rows on, and keeps what the guard has to know of them.
#[derive(Debug)]
pub struct WatchedRows<R> {
    receiver: R,
    kind: RowKind,
    seen: SeenRows,
}

/// What the guard knows of the rows.
#[derive(Debug)]
pub struct SeenRows {
    /// As many as the source sent, also if some are the same.
    pub count: u64,
    /// If they have to be compared.
    pub(super) ids: Option<RowSorter>,
}

impl SeenRows {
    fn new(are_compared: bool) -> Self {
        Self { count: 0, ids: are_compared.then(RowSorter::default) }
    }
}

impl<R: RowReceiver> WatchedRows<R> {
    pub(super) fn new(receiver: R, kind: RowKind, are_compared: bool) -> Self {
        Self { receiver, kind, seen: SeenRows::new(are_compared) }
    }

    /// The receiver, and what passed.
    pub fn into_parts(self) -> (R, SeenRows) {
        (self.receiver, self.seen)
    }
}

impl<R: RowReceiver> RowReceiver for WatchedRows<R> {
    fn start(&mut self, identity: Option<&Identity>, lists: &Lists) -> Result<()> {
        self.seen = SeenRows::new(self.seen.ids.is_some());
        self.receiver.start(identity, lists)
    }

    fn row(&mut self, row: Value) -> Result<()> {
        self.seen.count += 1;
        if let Some(ids) = &mut self.seen.ids {
            ids.add(RowId::of(&row, &self.kind)).map_err(|error| {
                Error::failed(format!("can't store the {} for the guard temporarily", self.kind.name()))
                    .because(error)
                    .help("free space in `$TMPDIR`")
            })?;
        }
        self.receiver.row(row)
    }

    fn end(&mut self, outcomes: &Outcomes) -> Result<()> {
        self.receiver.end(outcomes)
    }
}
