//! Signals that end a run, and work that they must not interrupt.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;

use crate::{Error, Kind};

static GUARDS: AtomicUsize = AtomicUsize::new(0);
static DROPPED: Notify = Notify::const_new();

/// Delays an interruption for as long as it lives, for tokens that were received but are not stored yet. Keep it
/// short, and with a deadline.
#[derive(Debug)]
#[must_use]
pub struct ShutdownGuard(());

impl ShutdownGuard {
    /// Delays interruptions from now on.
    pub fn acquire() -> Self {
        GUARDS.fetch_add(1, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for ShutdownGuard {
    fn drop(&mut self) {
        GUARDS.fetch_sub(1, Ordering::SeqCst);
        DROPPED.notify_waiters();
    }
}

/// Waits until there is no [`ShutdownGuard`].
pub async fn no_guards() {
    loop {
        let dropped = DROPPED.notified();
        if GUARDS.load(Ordering::SeqCst) == 0 {
            return;
        }
        dropped.await;
    }
}

/// Waits for SIGINT (Ctrl-C), SIGTERM or SIGHUP. Gives the error that the run ends with: exit code 130.
pub async fn interruption() -> Error {
    match wait().await {
        Ok(()) => Error::new(Kind::Interrupted, "interrupted"),
        Err(error) => Error::failed("can't listen for signals").because(error),
    }
}

async fn wait() -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    // `nohup` ignores SIGHUP, and listening would undo that.
    let mut hangup = if is_hangup_ignored() { None } else { Some(signal(SignalKind::hangup())?) };
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
    Ok(())
}

/// Whether SIGHUP was ignored when this process started. Linux shows a bit mask; elsewhere it counts as ignored.
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_none_or(|mask| mask & 1 == 1)
}
