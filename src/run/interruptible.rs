//! Work that a signal ends.

use crate::globus::http::elapsed;
use crate::terminal::signals;
use crate::{Error, Result};

/// Does this work to its end, or to the first signal: exit code 130. A signal waits for a
/// [`ShutdownGuard`](signals::ShutdownGuard); a second signal does not.
pub async fn interruptible<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut work = std::pin::pin!(work);
    let interruption = tokio::select! {
        // Signals first: they must be listened for before the work shows anything.
        biased;
        interruption = signals::interruption() => interruption,
        result = &mut work => return result,
    };
    tokio::select! {
        biased;
        () = signals::no_guards() => Err(interruption),
        result = &mut work => result.map_err(|error| interruption.and(error)),
        again = signals::interruption() => Err(with_tokens_under_way(again)),
        () = elapsed(signals::SHUTDOWN_LIMIT) => Err(with_tokens_under_way(interruption)),
    }
}

/// The stored refresh token may be used up, which the next run shows, but then nothing explains it.
fn with_tokens_under_way(interruption: Error) -> Error {
    interruption
        .because("Globus Auth had not answered a request for tokens, or they were not stored yet")
        .help("if the next run needs a login, this is why: the stored refresh token was used up")
}
