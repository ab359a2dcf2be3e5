//! Rows on their way from a source to a template.

use super::lists::{Lists, Outcomes};
use crate::Result;
use crate::globus::auth::Identity;
use globus_templates::value::Value;

/// Takes the rows of a source as they arrive.
pub trait RowReceiver {
    /// Rows follow, or there are none. Called again if a response breaks off and is requested again: the rows
    /// received so far are then void. `identity` is that of the access token, if it is known. `lists` are those of other
    /// sources.
    fn start(&mut self, identity: Option<&Identity>, lists: &Lists) -> Result<()>;

    /// So many rows follow. Called only if that is known before they do.
    fn expect(&mut self, _rows: u64) {}

    /// The next row, in the order of the source.
    fn row(&mut self, row: Value) -> Result<()>;

    /// The last row has arrived. This became of every source.
    fn end(&mut self, outcomes: &Outcomes) -> Result<()>;
}
