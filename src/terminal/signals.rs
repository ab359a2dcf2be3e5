//! Work that Ctrl-C must not cut in two: what has been sent off and waits to be stored.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

static HOLDERS: AtomicUsize = AtomicUsize::new(0);
static RELEASED: Notify = Notify::const_new();

/// Holds off an interruption for as long as it lives. Keep it short, and with a deadline.
#[derive(Debug)]
#[must_use]
pub struct HoldOff(());

/// Holds off interruptions from now on.
pub fn hold_off() -> HoldOff {
    HOLDERS.fetch_add(1, Ordering::SeqCst);
    HoldOff(())
}

impl Drop for HoldOff {
    fn drop(&mut self) {
        HOLDERS.fetch_sub(1, Ordering::SeqCst);
        RELEASED.notify_waiters();
    }
}

/// Waits until nothing holds off an interruption.
pub async fn is_free() {
    loop {
        let released = RELEASED.notified();
        if HOLDERS.load(Ordering::SeqCst) == 0 {
            return;
        }
        released.await;
    }
}
