//! The async runtime, for the commands that need one.

use std::io;
use std::os::fd::AsFd;
use std::thread;

use futures_util::future::LocalBoxFuture;
use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::run::interruptible;
use crate::{Error, Result};

/// The work of a command. In a box, what runs it is there once, and none of it is on the stack.
type Work<'w> = LocalBoxFuture<'w, Result<()>>;

/// Runs to the end.
pub(super) fn block_on(work: Work<'_>) -> Result<()> {
    let runtime = runtime()?;
    let result = runtime.block_on(work);
    // A DNS lookup that is still running must not delay the end of the process.
    runtime.shutdown_background();
    result
}

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

/// So many descriptors tokio opens for a runtime with signals. It panics if it can't.
const DESCRIPTORS: usize = 8;

fn runtime() -> Result<Runtime> {
    let stderr = io::stderr();
    let opened: io::Result<Vec<_>> = (0..DESCRIPTORS).map(|_| stderr.as_fd().try_clone_to_owned()).collect();
    drop(opened.map_err(|error| {
        let failed = Error::failed("can't start the async runtime").because(&error);
        match getrlimit(Resource::Nofile).current {
            Some(limit) if error.raw_os_error() == Some(Errno::MFILE.raw_os_error()) => failed.help(format!(
                "{limit} open files are allowed: allow some 64, as with `ulimit -n` or `LimitNOFILE=`"
            )),
            _ => failed,
        }
    })?);
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::failed("can't start the async runtime").because(error))
}
