//! The async runtime, for the commands that need one.

use std::thread;

use tokio::sync::oneshot;

use crate::run::interruptible;
use crate::runtime::Work;
pub(super) use crate::runtime::block_on;
use crate::{Error, Result};

/// Runs to the end, or to the first signal; see [`interruptible`].
pub(super) fn block_on_interruptible(work: Work<'_>) -> Result<()> {
    block_on(Box::pin(interruptible(work)))
}

/// The stack of a thread, in bytes: the usual 2 MiB are too small for a deeply nested template.
const STACK: usize = 64 * 1024 * 1024;

/// Runs blocking work on a thread of its own, to its end or to the first signal.
pub(super) fn on_thread(work: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    block_on_interruptible(Box::pin(async {
        let (sender, ended) = oneshot::channel();
        thread::Builder::new()
            .stack_size(STACK)
            // The receiver is gone only when the process ends.
            .spawn(move || drop(sender.send(work())))
            .map_err(|error| Error::failed("can't start a thread").because(error))?;
        ended.await.unwrap_or_else(|_| Err(Error::failed("the thread has panicked")))
    }))
}
