//! Rows on their way from a source to a template.

use super::value::Value;
use crate::Result;
use crate::globus::auth::Identity;

/// Takes the rows of a source as they arrive.
pub trait RowReceiver {
    /// Rows follow, or there are none. Called again if a response breaks off and is requested again: the rows
    /// received so far are then void. `identity` is that of the access token, if it is known.
    fn start(&mut self, identity: Option<&Identity>) -> Result<()>;

    /// The next row, in the order of the source.
    fn row(&mut self, row: Value) -> Result<()>;
}
