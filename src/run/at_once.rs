//! Work that is done at the same time.

use futures_util::stream::{self, StreamExt};

/// How many logins, and of each how many lists, are worked on at once.
const LIMIT: usize = 8;

/// Does this with each of them, several at once.
pub(super) async fn at_once<T>(all: impl IntoIterator<Item = T>, work: impl AsyncFn(T)) {
    stream::iter(all).map(|one| work(one)).buffer_unordered(LIMIT).for_each(async |()| {}).await;
}
