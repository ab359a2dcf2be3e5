//! The async runtime, for the commands that need one.

use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::terminal::signals;
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
            () = signals::is_free() => stopped,
            result = &mut work => result,
            again = asked_to_stop() => again,
            () = tokio::time::sleep(PATIENCE) => stopped,
        }
    })
}

/// The stack of a thread, in bytes: a template may nest deeper than the 2 MiB of an ordinary one hold.
const STACK: usize = 64 * 1024 * 1024;

/// Runs work that can't be cancelled on a thread of its own, to its end or to the first signal that asks to stop.
pub(super) fn on_thread(work: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    block_on_interruptible(async {
        let (sender, ended) = oneshot::channel();
        thread::Builder::new()
            .stack_size(STACK)
            // Who waited is gone only if the process ends.
            .spawn(move || drop(sender.send(work())))
            .map_err(|error| Error::failed("can't start a thread").because(error))?;
        ended.await.unwrap_or_else(|_| Err(Error::failed("the work has ended by itself")))
    })
}

/// Whether this process was started to outlive its terminal. Linux tells it as a bit mask; where nothing tells,
/// it is taken to have been.
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_none_or(|mask| mask & 1 == 1)
}

/// Waits for Ctrl-C, for `kill` and the service manager, or for the terminal to go away. Exit code 130.
async fn asked_to_stop() -> Result<()> {
    let cannot_listen = |error| Error::failed("can't listen for signals").because(error);
    let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot_listen)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(cannot_listen)?;
    // `nohup` has it ignored, and to listen would undo that.
    let mut hangup =
        if is_hangup_ignored() { None } else { Some(signal(SignalKind::hangup()).map_err(cannot_listen)?) };
    let hung_up = async {
        match &mut hangup {
            Some(hangup) => drop(hangup.recv().await),
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        () = hung_up => {}
    }
    Err(Error::new(Kind::Interrupted, "interrupted"))
}

fn runtime() -> Result<Runtime> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::failed("can't start the async runtime").because(error))
}
