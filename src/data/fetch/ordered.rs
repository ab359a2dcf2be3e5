//! Many requests at once, and their results in order.

use futures_util::{StreamExt, TryStreamExt};

use crate::Result;
use crate::data::source::RowStream;
use globus_templates::value::Value;

/// Completes each row by further requests, for at most `at_once` rows at a time, each with its number from 0. The rows stay in
/// order; memory is bounded by how many are completed at a time.
pub(super) fn in_order<'s>(
    rows: RowStream<'s>,
    at_once: usize,
    complete: impl AsyncFn(usize, Value) -> Result<Value> + 's,
) -> RowStream<'s> {
    let complete = std::rc::Rc::new(complete);
    let mut numbers = 0..;
    rows.map_ok(move |row| {
        let complete = std::rc::Rc::clone(&complete);
        let number = numbers.next().unwrap_or_default();
        async move { complete(number, row).await }
    })
    .try_buffered(at_once)
    .boxed_local()
}
