//! The async runtime, for the commands that need one.

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use crate::interrupt;
use crate::{Error, Kind, Result};

/// Runs to the end.
pub(super) fn block_on(work: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = runtime()?;
    let result = runtime.block_on(work);
    // A name that is still being looked up must not keep the process.
    runtime.shutdown_background();
    result
}

/// How long an interrupted run may take to store what it has asked for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs to the end, or to the first signal that asks to stop. A signal that comes while something has to be
/// stored waits for that; a second one does not.
pub(super) fn block_on_interruptible(work: impl Future<Output = Result<()>>) -> Result<()> {
    block_on(async {
        let mut work = std::pin::pin!(work);
        let stopped = tokio::select! {
            result = &mut work => return result,
            stopped = asked_to_stop() => stopped,
        };
        tokio::select! {
            biased;
            () = interrupt::is_free() => stopped,
            result = &mut work => result,
            again = asked_to_stop() => again,
            () = tokio::time::sleep(PATIENCE) => stopped,
        }
    })
}

/// Waits for Ctrl-C, or for `kill` and the service manager. Exit code 130.
async fn asked_to_stop() -> Result<()> {
    let cannot_listen = |error| Error::failed("can't listen for signals").because(error);
    let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot_listen)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(cannot_listen)?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Err(Error::new(Kind::Interrupted, "interrupted"))
}

fn runtime() -> Result<Runtime> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::failed("can't start the async runtime").because(error))
}
