//! Many requests at once, and their results in order.

use futures_util::{StreamExt, TryStreamExt};

use crate::Result;
use crate::data::source::RowStream;
use globus_templates::value::Value;

/// Completes each row by further requests, for at most `at_once` rows at a time. The rows stay in order; memory is bounded by
/// that number.
pub(super) fn in_order<'s>(
    rows: RowStream<'s>,
    at_once: usize,
    complete: impl AsyncFn(Value) -> Result<Value> + 's,
) -> RowStream<'s> {
    let complete = std::rc::Rc::new(complete);
    rows.map_ok(move |row| {
        let complete = std::rc::Rc::clone(&complete);
        async move { complete(row).await }
    })
    .try_buffered(at_once)
    .boxed_local()
}
