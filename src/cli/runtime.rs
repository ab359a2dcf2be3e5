//! The async runtime, for the commands that need one.

use std::thread;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::run::interruptible;
use crate::{Error, Result};

/// Runs to the end.
pub(super) fn block_on(work: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = runtime()?;
    let result = runtime.block_on(work);
    // A DNS lookup that is still running must not delay the end of the process.
    runtime.shutdown_background();
    result
}

/// Runs to the end, or to the first signal; see [`interruptible`].
pub(super) fn block_on_interruptible(work: impl Future<Output = Result<()>>) -> Result<()> {
    block_on(interruptible(work))
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
