//! Ends the process at a panic, which is a defect of this program, with a message and the exit code of a failure. Nothing is
//! unwound; a release build can't unwind. So the hook does what drops do otherwise: it stores tokens that are not stored yet,
//! and kills the programs that were started.
//!
//! The thread that panicked may hold any lock, and what is done here may panic itself. So each step has a thread of its own
//! and a limit, and no panic after the first one does anything.

#[cfg(test)]
mod tests;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::Cell;
use std::panic::{self, PanicHookInfo};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use super::log_format::LogFormat;
use super::report;
use crate::diagnostic::redact;
use crate::globus::auth::store_pending_tokens;
use crate::process::kill_all;
use crate::terminal::{about, stderr};
use crate::{Error, Kind};

/// How long a step may take. The longest waits ten seconds for a response with tokens, and then for locks.
const STEP_LIMIT: Duration = Duration::from_secs(20);

/// From now on, a panic on any thread ends the process. Call it on the thread that waits for all requests.
pub(super) fn install() {
    let caller = thread::current().id();
    panic::set_hook(Box::new(move |panic| end(panic, thread::current().id() == caller)));
}

/// Whether the process ends by a panic.
static HAS_BEGUN: AtomicBool = AtomicBool::new(false);

fn end(panic: &PanicHookInfo<'_>, is_caller: bool) {
    if HAS_BEGUN.swap(true, Ordering::SeqCst) {
        wait_for_end();
    }
    stderr::leave_below();
    let (message, trace, profile) = (message_of(panic), Backtrace::capture(), about::profile());
    step(move || show(&message, &trace, profile.as_deref()));
    kill_all();
    if !step(move || store_pending_tokens(!is_caller)) {
        step(|| log::error!("tokens that were not stored yet may be lost"));
    }
    stderr::finish();
    process::exit(Kind::Failed.exit_code().into());
}

thread_local! {
    /// On the thread of a step: closed when the step has ended.
    static STEP: Cell<Option<Sender<()>>> = const { Cell::new(None) };
}

/// Does this on a thread of its own, and returns whether it ended in time.
fn step(work: impl Fn() + Send + Sync + 'static) -> bool {
    let work = Arc::new(work);
    let (sender, ended) = channel();
    let on_thread = {
        let work = Arc::clone(&work);
        move || {
            STEP.set(Some(sender));
            work();
            // Fails if the limit has passed.
            let _ = STEP.take().map(|sender| sender.send(()));
        }
    };
    if thread::Builder::new().spawn(on_thread).is_err() {
        work();
        return true;
    }
    ended.recv_timeout(STEP_LIMIT).is_ok()
}

/// For a thread that panics while another one ends the process.
fn wait_for_end() -> ! {
    let _ = STEP.try_with(Cell::take);
    loop {
        thread::park();
    }
}

/// What went wrong, and where in the source.
fn message_of(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("it panicked");
    match panic.location() {
        Some(place) => format!("{text} ({}:{})", place.file(), place.line()),
        None => text.to_owned(),
    }
}

fn show(message: &str, trace: &Backtrace, profile: Option<&str>) {
    if LogFormat::of_command_line() == LogFormat::Json {
        // The panic may come before the command line was read.
        LogFormat::Json.set();
    }
    let stack = match trace.status() {
        BacktraceStatus::Captured => trace.to_string().lines().map(str::to_owned).collect(),
        // It was asked for.
        BacktraceStatus::Unsupported => vec!["no stack: this build has no debug information".to_owned()],
        _ => Vec::new(),
    };
    let error = Error::failed("a defect has ended runner")
        .because(redact(message))
        .details(stack)
        .help("report it in the repository of the program, with this message and the command");
    match profile {
        Some(profile) => report::show_about(profile, &error),
        None => report::show(&error),
    }
}
