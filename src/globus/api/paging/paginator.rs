//! How a list is paged, as a profile says it.

use super::page::Place;

/// How a list is paged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paginator {
    /// All rows come in one response.
    Single,
    /// A page is asked for with the number of rows before it.
    Offset(OffsetPaging),
    /// A page is asked for with what the page before it says.
    Cursor(CursorPaging),
}

/// Paths are dotted, and lead into a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffsetPaging {
    /// How many rows a page is asked for with.
    pub limit: u64,
    pub limit_param: String,
    pub offset_param: String,
    /// Whether both parameters go into the query or the body.
    pub place: Place,
    /// Where the response has the number of all rows.
    pub total_path: Option<String>,
    /// Where the response says whether there are more pages.
    pub has_more_path: Option<String>,
    /// How many rows the service sends at most, over all pages.
    pub maximum_offset: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorPaging {
    /// Where the response has the cursor of the next page.
    pub cursor_path: String,
    /// The parameter that takes it; in a body, a dotted path.
    pub cursor_param: String,
    pub place: Place,
    /// Where the response says whether there are more pages.
    pub has_more_path: Option<String>,
}
