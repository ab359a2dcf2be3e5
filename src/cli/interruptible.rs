//! The work of a command, which a signal ends.

use std::thread;

use crate::run::interruptible;
use crate::runtime::{self, Work};
use crate::{Error, Result};

/// Runs to the end, or to the first signal; see [`interruptible`].
pub(super) fn block_on(work: Work<'_>) -> Result<()> {
    runtime::block_on(Box::pin(interruptible(work)))
}

/// The stack of a thread, in bytes: the usual 2 MiB are too small for a deeply nested template.
const STACK: usize = 64 * 1024 * 1024;

/// Runs blocking work on a thread of its own, to its end or to the first signal.
pub(super) fn on_thread(work: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    block_on(Box::pin(async {
        let done = runtime::on_thread(thread::Builder::new().stack_size(STACK), work).await;
        done.map_err(|error| Error::failed("can't begin").because(error))?
    }))
}
