//! How many partials a rendering may include.

use crate::value::{Object, Value};

/// Besides those for each row. Partials that include others twice or more are soon beyond every bound.
const MAX_PARTIALS: u64 = 10_000_000;
const MAX_PARTIALS_PER_ROW: u64 = 1000;

/// How many partials may be included while this data is rendered.
pub(super) fn allowed(data: &Value) -> u64 {
    let length = |list: &Value| list.as_list().map_or(0, <[Value]>::len);
    let declared = data.get("data").and_then(Value::as_object).into_iter().flat_map(Object::values);
    let rows: usize = data.get("groups").into_iter().chain(declared).map(length).sum();
    MAX_PARTIALS + MAX_PARTIALS_PER_ROW * u64::try_from(rows).unwrap_or(u64::MAX / MAX_PARTIALS_PER_ROW)
}
