//! A source of rows: a list of a Globus service, what is needed of each row, and the requests that complete it.

use std::fmt;

use futures_util::stream::LocalBoxStream;

use super::fetch::{Fetching, ListRequest, Tally};
use super::row_kind::RowKind;
use crate::Result;
use crate::globus::environment::Services;
use globus_templates::read::RowReader;
use globus_templates::value::Fields;
use globus_templates::value::{Object, Value};

/// Rows in the order in which they go on.
pub(super) type RowStream<'s> = LocalBoxStream<'s, Result<Value>>;

/// How much was read of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// What is needed.
    Needed,
    /// All of it.
    Whole,
}

/// A list that a profile asks for. Its rows go this way: read, completed, selected, arranged, enriched. A source that
/// arranges and enriches nothing hands each row on as it arrives.
pub(super) trait Source {
    fn kind(&self) -> &RowKind;

    /// The list as the service sends it.
    fn list(&self, services: &Services) -> Result<ListRequest>;

    /// What is needed of each row.
    fn needed(&self) -> &Fields;

    /// Reads what is needed of each row.
    fn reader(&self) -> RowReader {
        RowReader::new(self.needed())
    }

    /// Checks a row, of which this was read, and completes it with what is needed. The error is what the row has or lacks.
    fn complete(&self, row: Object, _read: Read) -> Result<Object, String> {
        Ok(row)
    }

    /// Whether a row goes on.
    fn selects(&self, _row: &Object) -> bool {
        true
    }

    /// Whether all rows have to be there before the first one goes on.
    fn arranges(&self) -> bool {
        false
    }

    /// All rows, selected and sorted.
    fn arrange(&self, rows: Vec<Value>) -> Result<Vec<Value>> {
        Ok(rows)
    }

    /// Whether rows need further requests.
    fn enriches(&self) -> bool {
        false
    }

    /// The same rows with what further requests tell of each, in the same order.
    fn enriched<'s>(
        &'s self,
        _fetching: &'s Fetching<'s>,
        _tally: &'s Tally,
        rows: RowStream<'s>,
    ) -> RowStream<'s> {
        rows
    }
}

/// By its kind: as a part of the trait, it would bring what prints every source into the program.
impl fmt::Debug for dyn Source + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().source.fmt(f)
    }
}
