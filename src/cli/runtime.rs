//! The async runtime, for the commands that need one.

use std::thread;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::globus::http::elapsed;
use crate::terminal::signals;
use crate::{Error, Result};

/// Runs to the end.
pub(super) fn block_on(work: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = runtime()?;
    let result = runtime.block_on(work);
    // A DNS lookup that is still running must not delay the end of the process.
    runtime.shutdown_background();
    result
}

/// Runs to the end, or to the first signal. A signal waits for a [`signals::ShutdownGuard`]; a second
/// signal does not.
pub(super) fn block_on_interruptible(work: impl Future<Output = Result<()>>) -> Result<()> {
    block_on(async {
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
    })
}

/// The stored refresh token may be used up, which the next run shows, but then nothing explains it.
fn with_tokens_under_way(interruption: Error) -> Error {
    interruption
        .because("Globus Auth had not answered a request for tokens, or they were not stored yet")
        .help("if the next run needs a login, this is why: the stored refresh token was used up")
}

/// The stack of a thread, in bytes: the usual 2 MiB are too small for a deeply nested template.
const STACK: usize = 64 * 1024 * 1024;

/// Runs blocking work on a thread of its own, to its end or to the first signal.
pub(super) fn on_thread(work: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    block_on_interruptible(async {
        let (sender, ended) = oneshot::channel();
        thread::Builder::new()
            .stack_size(STACK)
            // The receiver is gone only when the process ends.
            .spawn(move || drop(sender.send(work())))
            .map_err(|error| Error::failed("can't start a thread").because(error))?;
        ended.await.unwrap_or_else(|_| Err(Error::failed("the thread has panicked")))
    })
}

fn runtime() -> Result<Runtime> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::failed("can't start the async runtime").because(error))
}
