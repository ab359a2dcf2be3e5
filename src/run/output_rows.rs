//! The rows of one output on their way into it.

use super::each_rows::EachRows;
use crate::Result;
use crate::data::{Lists, Outcomes, RowReceiver, Value};
use crate::globus::auth::Identity;
use crate::output::{Rendered, Spool};
use crate::template::Rendering;

/// One rendering of all rows, or one of each.
#[derive(Debug)]
pub(super) enum OutputRows<'r, N> {
    One(Box<Rendering<'r, Spool, N>>),
    Each(Box<EachRows<'r>>),
}

impl<N: FnMut() -> Spool> OutputRows<'_, N> {
    /// Tells the template what has changed since the last delivered run.
    pub(super) fn with_changes(self, changes: Value) -> Self {
        match self {
            Self::One(rendering) => Self::One(Box::new(rendering.with_changes(changes))),
            Self::Each(rows) => Self::Each(Box::new(rows.with_changes(changes))),
        }
    }

    /// What came of them, once the last one has arrived.
    pub(super) fn finish(self) -> Result<Rendered> {
        match self {
            Self::One(rendering) => rendering.finish().map(Rendered::One),
            Self::Each(rows) => rows.finish().map(|files| Rendered::Each(Box::new(files))),
        }
    }
}

impl<N: FnMut() -> Spool> RowReceiver for OutputRows<'_, N> {
    fn start(&mut self, identity: Option<&Identity>, lists: &Lists) -> Result<()> {
        match self {
            Self::One(rendering) => rendering.start(identity, lists),
            Self::Each(rows) => rows.start(identity, lists),
        }
    }

    fn row(&mut self, row: Value) -> Result<()> {
        match self {
            Self::One(rendering) => rendering.row(row),
            Self::Each(rows) => rows.row(row),
        }
    }

    fn end(&mut self, outcomes: &Outcomes) -> Result<()> {
        match self {
            Self::One(rendering) => rendering.end(outcomes),
            Self::Each(rows) => rows.end(outcomes),
        }
    }
}
