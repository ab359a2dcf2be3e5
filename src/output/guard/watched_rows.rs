//! Rows on their way to the rendering.

use crate::Result;
use crate::data::{Lists, MEMBERSHIPS, Outcomes, RowKind, RowReceiver, SourceName, Value};
use crate::globus::auth::Identity;

/// Passes rows on, and keeps what the guard has to know of them.
#[derive(Debug)]
pub struct WatchedRows<R> {
    receiver: R,
    kind: RowKind,
    seen: SeenRows,
}

/// What the guard knows of the rows.
#[derive(Debug, Default)]
pub struct SeenRows {
    /// As many as the source sent, also if some are the same.
    pub count: u64,
    /// How many memberships all groups have; one that may not be seen counts. None without groups that have them.
    pub(super) memberships: Option<u64>,
    /// What became of every list, once the last row is here.
    pub(super) outcomes: Outcomes,
}

impl SeenRows {
    fn add_group(&mut self, group: &Value) {
        if let Some(memberships) = group.get(MEMBERSHIPS) {
            let count = memberships.as_list().map_or(1, <[Value]>::len);
            *self.memberships.get_or_insert(0) += count as u64;
        }
    }
}

impl<R: RowReceiver> WatchedRows<R> {
    pub(super) fn new(receiver: R, kind: RowKind) -> Self {
        Self { receiver, kind, seen: SeenRows::default() }
    }

    /// The receiver, and what passed.
    pub fn into_parts(self) -> (R, SeenRows) {
        (self.receiver, self.seen)
    }
}

impl<R: RowReceiver> RowReceiver for WatchedRows<R> {
    fn start(&mut self, identity: Option<&Identity>, lists: &Lists) -> Result<()> {
        self.seen = SeenRows::default();
        lists.get(&SourceName::Groups).into_iter().flatten().for_each(|group| self.seen.add_group(group));
        self.receiver.start(identity, lists)
    }

    fn row(&mut self, row: Value) -> Result<()> {
        self.seen.count += 1;
        if self.kind.source == SourceName::Groups {
            self.seen.add_group(&row);
        }
        self.receiver.row(row)
    }

    fn end(&mut self, outcomes: &Outcomes) -> Result<()> {
        self.seen.outcomes.clone_from(outcomes);
        self.receiver.end(outcomes)
    }
}
