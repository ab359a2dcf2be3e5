//! Styles of paging: which rows a request gets, and what says that there are more.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// How a list is cut into pages. `page` is the most rows of one, in all of these.
#[derive(Debug, Clone, Copy)]
pub(super) enum Paging {
    /// All rows at once.
    Whole,
    /// `limit` and `offset`, up to `most` rows in all.
    Offset { page: usize, most: Option<usize>, more: OffsetMore },
    /// `marker`, an opaque text, while `has_next_page`. `size` is the name of the parameter for the size of a page.
    Marker { size: &'static str, page: usize },
    /// `marker`, a number, until `next_marker` is null.
    NextMarker { page: usize },
    /// `next_token`, until it is null.
    NextToken { page: usize },
    /// `last_key`, while `has_next_page`.
    LastKey { page: usize },
}

/// What a page with an offset says of the rows behind it.
#[derive(Debug, Clone, Copy)]
pub(super) enum OffsetMore {
    /// `total`, the number of all rows.
    Total,
    /// `has_next_page`.
    Flag,
    /// `has_next_page`, `total`, and in `count` the number of rows of this page.
    Count,
}

impl Paging {
    pub(super) const fn offset_total(page: usize, most: Option<usize>) -> Self {
        Self::Offset { page, most, more: OffsetMore::Total }
    }

    pub(super) const fn offset_flag(page: usize, most: Option<usize>) -> Self {
        Self::Offset { page, most, more: OffsetMore::Flag }
    }

    pub(super) const fn offset_count(page: usize, most: usize) -> Self {
        Self::Offset { page, most: Some(most), more: OffsetMore::Count }
    }

    pub(super) const fn marker(size: &'static str, page: usize) -> Self {
        Self::Marker { size, page }
    }
}

/// Which rows to send, and the keys beside them.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) rows: Range<usize>,
    pub(super) keys: Map<String, Value>,
}

/// A parameter of the query or the body that is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WrongParameter(pub(super) String);

/// The page of a list of `total` rows that these parameters ask for, with at most `cap` rows. `list` names the list, so that
/// a cursor works for no other one.
pub(super) fn page(
    paging: Paging,
    list: &str,
    total: usize,
    cap: Option<usize>,
    parameters: &Map<String, Value>,
) -> Result<Page, WrongParameter> {
    let cap = cap.unwrap_or(usize::MAX);
    match paging {
        Paging::Whole => Ok(Page { rows: 0..total, keys: Map::new() }),
        Paging::Offset { page, most, more } => {
            // As many as the SDK's authors recorded without a limit.
            let limit = number(parameters, "limit", page.min(10), 1..page + 1)?;
            let end = most.unwrap_or(usize::MAX);
            let offset = number(parameters, "offset", 0, 0..end)?;
            if offset + limit > end {
                return Err(WrongParameter(format!("offset + limit must not be more than {end}")));
            }
            let rows = offset.min(total)..(offset + limit.min(cap)).min(total);
            let has_more = rows.end < total.min(end);
            let keys = match more {
                OffsetMore::Total => {
                    json!({ "length": rows.len(), "limit": limit, "offset": offset, "total": total })
                }
                OffsetMore::Flag => json!({ "limit": limit, "offset": offset, "has_next_page": has_more }),
                OffsetMore::Count => {
                    json!({ "count": rows.len(), "offset": offset, "total": total, "has_next_page": has_more })
                }
            };
            Ok(Page { rows, keys: object(keys) })
        }
        Paging::Marker { size, page } => {
            let limit = number(parameters, size, page.min(20), 1..page + 1)?;
            let rows = after(parameters, "marker", list, total, limit.min(cap))?;
            let marker = next(list, &rows, total);
            let keys = json!({ "limit": limit, "has_next_page": marker.is_some(), "marker": marker });
            Ok(Page { rows, keys: object(keys) })
        }
        Paging::NextMarker { page } => {
            let from = number(parameters, "marker", 0, 0..total.max(1))?;
            let rows = from.min(total)..(from + page.min(cap)).min(total);
            let next = (rows.end < total).then_some(rows.end);
            Ok(Page { keys: object(json!({ "marker": from, "next_marker": next })), rows })
        }
        Paging::NextToken { page } => {
            let limit = number(parameters, "max_results", page, 1..page + 1)?;
            let rows = after(parameters, "next_token", list, total, limit.min(cap))?;
            Ok(Page { keys: object(json!({ "next_token": next(list, &rows, total) })), rows })
        }
        Paging::LastKey { page } => {
            let limit = number(parameters, "limit", page, 1..page + 1)?;
            let rows = after(parameters, "last_key", list, total, limit.min(cap))?;
            // Unlike a marker, the key is there on the last page, too.
            let key = (!rows.is_empty()).then(|| cursor(list, rows.end));
            Ok(Page { keys: object(json!({ "has_next_page": rows.end < total, "last_key": key })), rows })
        }
    }
}

/// The rows behind the cursor of a parameter.
fn after(
    parameters: &Map<String, Value>,
    name: &str,
    list: &str,
    total: usize,
    limit: usize,
) -> Result<Range<usize>, WrongParameter> {
    let from = match parameters.get(name) {
        None | Some(Value::Null) => 0,
        Some(given) => position(list, given)
            .filter(|at| *at <= total)
            .ok_or_else(|| WrongParameter(format!("{name} is not valid")))?,
    };
    Ok(from..(from + limit).min(total))
}

fn next(list: &str, rows: &Range<usize>, total: usize) -> Option<String> {
    (rows.end < total).then(|| cursor(list, rows.end))
}

/// Opaque, and of this list only.
fn cursor(list: &str, at: usize) -> String {
    STANDARD.encode(format!("{list} {at}"))
}

/// The position of a cursor, if it is one of this list.
fn position(list: &str, cursor: &Value) -> Option<usize> {
    let text = String::from_utf8(STANDARD.decode(cursor.as_str()?).ok()?).ok()?;
    text.strip_prefix(list)?.strip_prefix(' ')?.parse().ok()
}

/// A whole number within these bounds, as a number or as text.
fn number(
    parameters: &Map<String, Value>,
    name: &str,
    default: usize,
    allowed: Range<usize>,
) -> Result<usize, WrongParameter> {
    let number = match parameters.get(name) {
        None | Some(Value::Null) => return Ok(default),
        Some(Value::String(text)) => text.parse().ok(),
        Some(other) => other.as_u64().and_then(|number| usize::try_from(number).ok()),
    };
    number.filter(|number| allowed.contains(number)).ok_or_else(|| {
        WrongParameter(format!("{name} must be a number from {} to {}", allowed.start, allowed.end - 1))
    })
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
