//! How many partials a rendering may include.

use crate::data::{GROUPS, Value};

/// Besides those for each row. Partials that include others twice or more are soon beyond every bound.
const MAX_PARTIALS: u64 = 10_000_000;
const MAX_PARTIALS_PER_ROW: u64 = 1000;

/// How many partials may be included while this data is rendered.
pub(super) fn allowed(data: &Value) -> u64 {
    let rows = data.get(GROUPS.name).and_then(Value::as_list).map_or(0, <[Value]>::len);
    MAX_PARTIALS + MAX_PARTIALS_PER_ROW * u64::try_from(rows).unwrap_or(u64::MAX / MAX_PARTIALS_PER_ROW)
}
