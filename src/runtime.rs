//! The async runtime, and the thread that drives it: that sends and receives, watches for signals, and runs spawned tasks.
//!
//! Most runs have one thread, for this and for the work itself. It receives nothing while it computes. Once there is
//! [much to receive](receive_on_another_thread), another thread drives the runtime.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::os::fd::AsFd;
use std::sync::mpsc;
use std::task::Poll;
use std::thread::{self, JoinHandle};

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::yield_now;

use crate::{Error, Result};

/// The work of a command. In a box, what runs it is there once, and none of it is on the stack.
pub type Work<'w> = LocalBoxFuture<'w, Result<()>>;

thread_local! {
    /// Whether another thread is to drive the runtime of this one's work.
    static MUCH_TO_RECEIVE: Cell<bool> = const { Cell::new(false) };
}

/// Does this work on the thread that calls, to its end.
pub fn block_on(mut work: Work<'_>) -> Result<()> {
    let runtime = runtime()?;
    let ended = runtime.block_on(poll_fn(|context| match work.poll_unpin(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending if MUCH_TO_RECEIVE.take() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    }));
    ended.unwrap_or_else(|| beside_driver(&runtime, work))
}

/// Has another thread drive the runtime as soon as this work waits, until it ends.
pub fn receive_on_another_thread() {
    MUCH_TO_RECEIVE.set(true);
}

/// The same at once, for a test.
#[cfg(test)]
pub async fn let_another_thread_drive() {
    receive_on_another_thread();
    // Only a wait lets go of the runtime.
    turns(1).await;
}

/// Goes on with this work, while another thread drives the runtime. Without one, this thread goes on driving it.
fn beside_driver(runtime: &Runtime, work: Work<'_>) -> Result<()> {
    let (end, ended) = oneshot::channel::<Infallible>();
    let (drives, is_driven) = mpsc::channel();
    let drive = async {
        let _ = drives.send(());
        let _ = ended.await;
    };
    thread::scope(|scope| {
        if thread::Builder::new().spawn_scoped(scope, || runtime.block_on(drive)).is_ok() {
            // Of several threads in `block_on`, the first one drives.
            let _ = is_driven.recv();
        }
        let result = runtime.block_on(work);
        drop(end);
        result
    })
}

/// So many times, every other task takes its turn, and what has arrived is received.
pub async fn turns(count: usize) {
    // In a task, so that they are turns of the thread that drives.
    let turns = tokio::spawn(async move {
        for _ in 0..count {
            yield_now().await;
        }
    });
    // It does not panic, and only the end of the runtime cancels it.
    let _ = turns.await;
}

/// Starts a thread, or says what may forbid it.
pub fn start_thread<T: Send + 'static>(
    thread: thread::Builder,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    thread.spawn(work).map_err(|error| {
        let why = "can't start a thread, which `ulimit -u` or `TasksMax=` may forbid";
        io::Error::new(error.kind(), format!("{why}: {error}"))
    })
}

/// Does blocking work on a thread of its own, for which the end of the process does not wait. A blocking thread of tokio
/// panics where none can be started.
pub async fn on_thread<T: Send + 'static>(
    thread: thread::Builder,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    let (sender, outcome) = oneshot::channel();
    // The receiver is gone if the caller has given up.
    start_thread(thread, move || drop(sender.send(work())))?;
    outcome.await.map_err(|_| io::Error::other("the thread has panicked"))
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::time::Duration;

    use super::*;

    /// On which thread a task runs while this one waits so long without letting go of the runtime.
    fn task_beside(patience: Duration) -> Result<thread::ThreadId, RecvTimeoutError> {
        let (sender, receiver) = channel();
        drop(tokio::spawn(async move { sender.send(thread::current().id()) }));
        receiver.recv_timeout(patience)
    }

    #[test]
    fn a_thread_drives_itself_until_there_is_much_to_receive() {
        let work = async {
            let here = thread::current().id();
            assert_eq!(task_beside(Duration::ZERO), Err(RecvTimeoutError::Timeout));
            receive_on_another_thread();
            assert_eq!(task_beside(Duration::ZERO), Err(RecvTimeoutError::Timeout));
            let_another_thread_drive().await;
            let driver = task_beside(Duration::from_secs(60)).unwrap();
            assert_ne!(driver, here);
            assert_eq!(thread::current().id(), here);
            // There is one such thread.
            let_another_thread_drive().await;
            assert_eq!(task_beside(Duration::from_secs(60)), Ok(driver));
            Err(Error::failed("the end"))
        };
        assert_eq!(block_on(Box::pin(work)).unwrap_err().to_string(), "the end");
        // The next work begins with this thread alone.
        let work =
            async { task_beside(Duration::ZERO).map_or(Ok(()), |_| Err(Error::failed("it is driven"))) };
        block_on(Box::pin(work)).unwrap();
    }

    #[test]
    fn every_task_takes_its_turns() {
        for elsewhere in [false, true] {
            let work = async move {
                if elsewhere {
                    let_another_thread_drive().await;
                }
                let (sender, receiver) = channel();
                tokio::spawn(async move {
                    for number in 0..3 {
                        sender.send(number).unwrap();
                        yield_now().await;
                    }
                });
                turns(4).await;
                assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [0, 1, 2]);
                Ok(())
            };
            block_on(Box::pin(work)).unwrap();
        }
    }
}
