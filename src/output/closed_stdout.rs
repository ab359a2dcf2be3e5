//! Whether stdout was closed when this process started.

use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::fcntl_getfd;
use rustix::stdio::stdout;

static WAS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Runs before `main`: for a closed stdout the standard library opens `/dev/null`, which takes the output and loses it.
/// Later it can't be told from a `/dev/null` that the caller passed on purpose.
#[ctor::ctor]
fn record() {
    WAS_CLOSED.store(fcntl_getfd(stdout()).is_err(), Ordering::Relaxed);
}

pub(super) fn was_closed() -> bool {
    WAS_CLOSED.load(Ordering::Relaxed)
}
