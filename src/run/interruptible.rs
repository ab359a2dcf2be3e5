//! Work that a signal ends.

use futures_util::future::LocalBoxFuture;

use crate::globus::http::elapsed;
use crate::terminal::Interruptions;
use crate::terminal::signals::{SHUTDOWN_LIMIT, no_guards};
use crate::{Error, Result};

/// Does this work to its end, or to the first signal: exit code 130. See [`ended_by`].
pub async fn interruptible<T>(work: LocalBoxFuture<'_, Result<T>>) -> Result<T> {
    let signals = Interruptions::default();
    // They must be listened for before the work shows anything.
    signals.during(ended_by(&signals, work)).await
}

/// Does this work to its end, or to the first of these signals: exit code 130. A signal waits for a
/// [`ShutdownGuard`](crate::terminal::signals::ShutdownGuard); a second signal does not.
pub(super) async fn ended_by<T>(
    signals: &Interruptions,
    mut work: LocalBoxFuture<'_, Result<T>>,
) -> Result<T> {
    let interruption = tokio::select! {
        biased;
        interruption = signals.first() => interruption,
        result = &mut work => return result,
    };
    tokio::select! {
        biased;
        () = no_guards() => Err(interruption),
        result = &mut work => result.map_err(|error| interruption.and(error)),
        () = signals.last() => Err(with_tokens_under_way(interruption)),
        () = elapsed(SHUTDOWN_LIMIT) => Err(with_tokens_under_way(interruption)),
    }
}

/// The stored refresh token may be used up, which the next run shows, but then nothing explains it.
fn with_tokens_under_way(interruption: Error) -> Error {
    interruption
        .because("Globus Auth had not answered a request for tokens, or they were not stored yet")
        .help("if the next run needs a login, this is why: the stored refresh token was used up")
}
