//! Stderr. Its reader may stop reading, or a person may press Ctrl-S: neither may hold up a run, which could have tokens
//! that are not stored yet.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;

use super::blocking_writer::BlockingWriter;

/// How long all messages together wait for a reader. Later ones only wait in memory.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long the end of the process waits for the reader to take the rest, which is lost then.
const LAST_PATIENCE: Duration = Duration::from_secs(2);
/// How many messages wait in memory. More are lost.
const MAX_WAITING: usize = 1000;

/// In bytes: a pipe that is ready for any takes this many without a wait, on every system.
const ATOMIC: usize = 512;

struct Progress {
    waiting: usize,
    patience: Duration,
    failure: Option<ErrorKind>,
}

static PROGRESS: Mutex<Progress> = Mutex::new(Progress { waiting: 0, patience: PATIENCE, failure: None });
static PROGRESSED: Condvar = Condvar::new();

/// A thread writes, because a write can't be given up. `None` if it can't be started.
static QUEUE: LazyLock<Option<SyncSender<Vec<u8>>>> = LazyLock::new(|| {
    // Not through the handle of the standard library: a write that blocks would hold its lock.
    let stderr = BlockingWriter(File::from(io::stderr().as_fd().try_clone_to_owned().ok()?));
    let (queue, messages) = sync_channel(MAX_WAITING);
    thread::Builder::new().spawn(move || write_all(stderr, messages)).ok()?;
    Some(queue)
});

fn write_all(mut stderr: impl Write, messages: Receiver<Vec<u8>>) {
    for message in messages {
        let written = stderr.write_all(&message);
        let mut progress = progress();
        progress.waiting -= 1;
        progress.failure = written.err().map(|error| error.kind());
        PROGRESSED.notify_all();
    }
}

/// Nothing panics while it is locked.
fn progress() -> MutexGuard<'static, Progress> {
    PROGRESS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What stays below all messages, as progress does: it is given a message to write, for which it makes room.
pub type Below = Box<dyn Fn(&mut dyn FnMut()) + Send>;

static BELOW: Mutex<Option<Below>> = Mutex::new(None);

/// From now on this stays below all messages, or nothing does.
pub fn keep_below_messages(below: Option<Below>) {
    *BELOW.lock().unwrap_or_else(PoisonError::into_inner) = below;
}

/// Has what stays below all messages make room for one, and waits for its terminal as a message would.
pub fn make_room() {
    if let Some(below) = &*BELOW.lock().unwrap_or_else(PoisonError::into_inner) {
        below(&mut || drop(wait(progress(), PATIENCE)));
    }
}

/// Whether messages are written whatever stays below them.
static IS_BELOW_LEFT: AtomicBool = AtomicBool::new(false);

/// From now on messages are written without what draws below them: it may hold its own locks for good, after a panic.
pub fn leave_below() {
    IS_BELOW_LEFT.store(true, Ordering::Relaxed);
    if !matches!(BELOW.try_lock().as_deref(), Ok(None)) {
        draw("\n".to_owned());
    }
}

/// Whether its reader has taken all that was written.
pub fn is_idle() -> bool {
    progress().waiting == 0
}

/// Writes a frame of what stays below messages, and waits for no reader.
pub fn draw(frame: String) {
    let Some(queue) = QUEUE.as_ref() else { return };
    let mut progress = progress();
    // A frame that is lost is no loss.
    if queue.try_send(frame.into_bytes()).is_ok() {
        progress.waiting += 1;
    }
}

/// Writes the text unchanged, at the latest when its reader reads again. Fails if it can't be written.
pub fn write(text: &str) -> io::Result<()> {
    if IS_BELOW_LEFT.load(Ordering::Relaxed) {
        return write_message(text);
    }
    let mut written = Ok(());
    match &*BELOW.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(below) => below(&mut || written = write_message(text)),
        None => written = write_message(text),
    }
    written
}

fn write_message(text: &str) -> io::Result<()> {
    let Some(queue) = QUEUE.as_ref() else { return write_without_thread(text) };
    let mut progress = progress();
    queue.try_send(text.as_bytes().to_vec()).map_err(|_| lost())?;
    progress.waiting += 1;
    let began = Instant::now();
    let patience = progress.patience;
    let mut progress = wait(progress, patience);
    progress.patience = patience.saturating_sub(began.elapsed());
    progress.failure.map_or(Ok(()), |failure| Err(failure.into()))
}

fn lost() -> io::Error {
    ErrorKind::WouldBlock.into()
}

/// For the message that no thread can be started.
fn write_without_thread(text: &str) -> io::Result<()> {
    let stderr = io::stderr();
    let patience = Timespec::try_from(PATIENCE).ok();
    for chunk in text.as_bytes().chunks(ATOMIC) {
        let wait = || poll(&mut [PollFd::new(&stderr, PollFlags::OUT)], patience.as_ref());
        if retry_on_intr(wait)? == 0 {
            return Err(lost());
        }
        rustix::io::write(&stderr, chunk)?;
    }
    Ok(())
}

/// The same for text with styles, which are removed if stderr takes none.
pub fn write_styled(text: &str) -> io::Result<()> {
    match AutoStream::choice(&io::stderr()) {
        ColorChoice::Never => write(&strip_str(text).to_string()),
        _ => write(text),
    }
}

/// Gives the reader a last chance to take what waits. Call it at the end of the process.
pub fn finish() {
    drop(wait(progress(), LAST_PATIENCE));
}

fn wait(progress: MutexGuard<'static, Progress>, patience: Duration) -> MutexGuard<'static, Progress> {
    if progress.waiting == 0 || patience.is_zero() {
        return progress;
    }
    let waited = PROGRESSED.wait_timeout_while(progress, patience, |progress| progress.waiting > 0);
    waited.unwrap_or_else(PoisonError::into_inner).0
}
