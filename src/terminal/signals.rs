//! Signals that end a run, and work that they must not interrupt.

use std::future::poll_fn;
use std::io;
use std::ops::Range;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tokio::runtime::Handle;
use tokio::signal::unix::{Signal as Signals, SignalKind, signal};
use tokio::sync::Notify;

static GUARDS: AtomicUsize = AtomicUsize::new(0);
static DROPPED: Notify = Notify::const_new();

/// Told of each signal of [`OTHERS`] once a guard has been there.
static OTHER_ARRIVED: Notify = Notify::const_new();

/// What else ends a process by default and can be caught. Missing are those of a fault of the program itself (SIGBUS, SIGFPE,
/// SIGILL, SIGSEGV), which would be repeated without end, and SIGPIPE, which Rust ignores.
const OTHERS: &[Signal] = &[
    Signal::QUIT,
    Signal::ABORT,
    Signal::TRAP,
    Signal::SYS,
    Signal::USR1,
    Signal::USR2,
    Signal::ALARM,
    Signal::VTALARM,
    Signal::PROF,
    Signal::XCPU,
    #[cfg(target_os = "linux")]
    Signal::IO,
    #[cfg(target_os = "linux")]
    Signal::POWER,
    #[cfg(target_os = "linux")]
    Signal::STKFLT,
];

/// The real-time signals that the C library of Linux does not keep for itself; musl keeps the first of these, too.
const REAL_TIME: Range<i32> = if cfg!(target_os = "linux") { 34..65 } else { 0..0 };

/// Delays an interruption for as long as it lives, for tokens that were received but are not stored yet. Keep it
/// short, and with a deadline.
///
/// Before the first one, signals that are rarely meant to end a run have their default action: most runs need no guard,
/// and so many handlers take time.
#[derive(Debug)]
#[must_use]
pub struct ShutdownGuard(());

impl ShutdownGuard {
    /// Delays interruptions from now on.
    pub fn acquire() -> Self {
        GUARDS.fetch_add(1, Ordering::SeqCst);
        hold_others();
        Self(())
    }
}

impl Drop for ShutdownGuard {
    fn drop(&mut self) {
        release();
    }
}

impl ShutdownGuard {
    /// Delays nothing for as long as this lives, such as while no tokens can arrive.
    pub fn rest(&self) -> Rest<'_> {
        release();
        Rest(self)
    }
}

/// See [`ShutdownGuard::rest`].
#[derive(Debug)]
#[must_use]
pub struct Rest<'g>(#[expect(dead_code, reason = "a guard that is gone can't rest")] &'g ShutdownGuard);

impl Drop for Rest<'_> {
    fn drop(&mut self) {
        GUARDS.fetch_add(1, Ordering::SeqCst);
    }
}

fn release() {
    GUARDS.fetch_sub(1, Ordering::SeqCst);
    DROPPED.notify_waiters();
}

/// How often a thread looks whether guards are gone.
const GUARD_INTERVAL: Duration = Duration::from_millis(10);

/// How long what ends a run waits for each [`ShutdownGuard`].
pub const SHUTDOWN_LIMIT: Duration = Duration::from_secs(10);

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

/// The same without a runtime, and at most [`SHUTDOWN_LIMIT`]. `ignored` counts the guards that it does not wait for.
pub fn wait_for_guards(ignored: impl Fn() -> usize) {
    let began = Instant::now();
    while GUARDS.load(Ordering::SeqCst) > ignored() && began.elapsed() < SHUTDOWN_LIMIT {
        thread::sleep(GUARD_INTERVAL);
    }
}

/// From now on, every other signal that can be caught is listened for, too.
fn hold_others() {
    static HELD: Once = Once::new();
    // Without a runtime, as in a test of one part, no run can be interrupted.
    let Ok(runtime) = Handle::try_current() else { return };
    HELD.call_once(|| {
        let listen = |number| signal(SignalKind::from_raw(number)).ok();
        let numbers = OTHERS.iter().map(|signal| signal.as_raw()).chain(REAL_TIME);
        let ignored = ignored();
        let mut signals: Vec<_> =
            numbers.filter(|number| ignored & bit(*number) == 0).filter_map(listen).collect();
        runtime.spawn(async move {
            loop {
                poll_fn(|context| {
                    let arrived = signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
                    if arrived { Poll::Ready(()) } else { Poll::Pending }
                })
                .await;
                OTHER_ARRIVED.notify_one();
            }
        });
    });
}

/// Listens for SIGINT (Ctrl-C), SIGTERM and SIGHUP, and for any other that a [`ShutdownGuard`] held.
#[derive(Debug)]
pub(super) struct Listener {
    interrupt: Signals,
    terminate: Signals,
    /// `None` if it is ignored.
    hangup: Option<Signals>,
}

impl Listener {
    /// From now on these signals end nothing by themselves.
    pub(super) fn new() -> io::Result<Self> {
        let is_ignored = ignored() & bit(Signal::HUP.as_raw()) != 0;
        // A write beyond the limit of a file fails as well, and that error says more. Other programs that are started have the
        // default action again.
        drop(signal(SignalKind::from_raw(Signal::XFSZ.as_raw())));
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: if is_ignored { None } else { Some(signal(SignalKind::hangup())?) },
        })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) {
        let Self { interrupt, terminate, hangup } = self;
        let hung_up = async {
            match hangup {
                Some(hangup) => drop(hangup.recv().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = hung_up => {}
            () = OTHER_ARRIVED.notified() => {}
        }
    }
}

/// The signals that were ignored when this process started, as `nohup` does with SIGHUP: listening would undo that. Linux
/// shows a bit mask; elsewhere SIGHUP counts as ignored.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(bit(Signal::HUP.as_raw()))
}

fn bit(number: i32) -> u64 {
    1 << (number - 1)
}
