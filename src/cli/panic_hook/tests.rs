//! Each test has this program run [`child`] alone, in a process of its own, which panics.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Output};
use std::sync::Barrier;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use serde_json::Value;

use super::{HAS_BEGUN, STEP_LIMIT, install, step};
use crate::cli::log::LogArgs;
use crate::globus::auth::testing::{hold_refreshed, stored};
use crate::globus::tokens::TokenStore;
use crate::process::{command, start};
use crate::terminal::signals::ShutdownGuard;
use crate::terminal::{about, stderr};

const CASE: &str = "RUNNER_TEST_PANIC";
const FOLDER: &str = "RUNNER_TEST_FOLDER";
const LOG_FORMAT: &str = "RUNNER_TEST_LOG_FORMAT";

const MESSAGE: &str = "error: a defect has ended runner: it broke (src/cli/panic_hook/tests.rs:";
const HELP: &str = "  help: report it in the repository of the program, with this message and the command\n";
const LOSS: &str = "error: the refreshed token could not be saved, and the stored one is no longer valid: \
                    the run was stopped first\n";

fn json(folder: &Path) -> TokenStore {
    TokenStore::json(folder.join("tokens.json"), "DEFAULT")
}

fn sqlite(folder: &Path) -> TokenStore {
    TokenStore::sqlite(folder.join("tokens.db"), "DEFAULT")
}

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    log: LogArgs,
}

#[test]
#[ignore = "other tests run it"]
fn child() {
    let Ok(case) = env::var(CASE) else { return };
    let folder = PathBuf::from(env::var_os(FOLDER).unwrap());
    let log_format = env::var(LOG_FORMAT).unwrap_or("text".to_owned());
    Line::parse_from(["runner", "--log-format", &log_format]).log.set_up();
    install();
    let hold = |store| hold_refreshed(store, ShutdownGuard::acquire());
    match &*case {
        "json" => {
            let _held = hold(json(&folder));
            panic!("it broke");
        }
        "sqlite" => {
            let _held = hold(sqlite(&folder));
            panic!("it broke");
        }
        "locked here" => {
            let _held = hold(json(&folder));
            let _lock = json(&folder).try_lock().unwrap();
            panic!("it broke");
        }
        "other thread" => {
            let guard = ShutdownGuard::acquire();
            thread::spawn(|| panic!("it broke"));
            wait_for_hook();
            let _held = hold_refreshed(json(&folder), guard);
            park();
        }
        "two threads" => {
            let _held = hold(json(&folder));
            let ready = Barrier::new(2);
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        ready.wait();
                        panic!("it broke");
                    });
                }
            });
        }
        "below" => {
            stderr::keep_below_messages(Some(Box::new(|_| panic!("it broke"))));
            let _ = stderr::write("not shown");
        }
        "step" => {
            HAS_BEGUN.store(true, Ordering::SeqCst);
            let began = Instant::now();
            let has_ended = step(|| panic!("a step"));
            // The end of a test waits for hooks that run.
            process::exit(if !has_ended && began.elapsed() < STEP_LIMIT { 7 } else { 8 });
        }
        "secret" => panic!("\u{1b}[31mtoken=Ag0123456789\nnext line"),
        "profile" => about::about_at_once("staff", || panic!("it broke")),
        "programs" => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let _started = [true, false].map(|in_own_group| {
                    let mut sleep = command("sleep");
                    sleep.arg("600");
                    start(sleep, in_own_group).unwrap()
                });
                panic!("it broke");
            });
        }
        other => unreachable!("{other}"),
    }
}

fn wait_for_hook() {
    while !HAS_BEGUN.load(Ordering::SeqCst) {
        thread::yield_now();
    }
}

fn park() -> ! {
    loop {
        thread::park();
    }
}

#[expect(clippy::disallowed_methods, reason = "it is this program itself")]
fn run(case: &str, folder: &Path, log_format: &str) -> Output {
    Command::new(env::current_exe().unwrap())
        .args(["cli::panic_hook::tests::child", "--exact", "--ignored", "--nocapture"])
        .env(CASE, case)
        .env(FOLDER, folder)
        .env(LOG_FORMAT, log_format)
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap()
}

/// What it writes to stderr, once it has ended with exit code 1.
#[track_caller]
fn fails(case: &str, folder: &Path) -> String {
    let Output { status, stderr, .. } = run(case, folder, "text");
    let stderr = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(1), "{status}: {stderr}");
    stderr
}

#[track_caller]
fn assert_message(stderr: &str) {
    assert!(stderr.starts_with(MESSAGE) && stderr.ends_with(HELP), "{stderr}");
    assert_eq!(stderr.lines().count(), 2, "{stderr}");
}

#[track_caller]
fn stores(case: &str, store: fn(&Path) -> TokenStore) {
    let folder = tempfile::tempdir().unwrap();
    assert_message(&fails(case, folder.path()));
    assert_eq!(stored(&store(folder.path())), "new");
}

#[test]
fn a_panic_stores_tokens() {
    stores("json", json);
}

/// The transaction of the reserved space would keep any other connection out.
#[test]
fn a_panic_stores_tokens_with_what_is_reserved() {
    stores("sqlite", sqlite);
}

#[test]
fn a_panic_under_the_lock_stores_tokens() {
    stores("locked here", json);
}

#[test]
fn a_panic_on_another_thread_waits_for_tokens() {
    stores("other thread", json);
}

#[test]
fn two_panics_are_one() {
    stores("two threads", json);
}

#[test]
fn tokens_that_another_run_locks_out_are_reported_as_lost() {
    let folder = tempfile::tempdir().unwrap();
    let lock = json(folder.path()).try_lock().unwrap();
    let stderr = fails("json", folder.path());
    drop(lock);
    let (message, loss) = stderr.split_at(stderr.len() - LOSS.len());
    assert_message(message);
    assert_eq!(loss, LOSS);
    assert_eq!(stored(&json(folder.path())), "old");
}

#[test]
fn what_draws_below_messages_can_panic() {
    let folder = tempfile::tempdir().unwrap();
    assert_message(fails("below", folder.path()).trim_start_matches('\n'));
}

#[test]
fn a_step_that_panics_has_ended() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = run("step", folder.path(), "text");
    assert_eq!(outcome.status.code(), Some(7), "{outcome:?}");
}

#[test]
fn a_panic_shows_no_secret_and_nothing_that_steers_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let stderr = fails("secret", folder.path());
    assert!(stderr.contains("runner: ␛[31mtoken=************; next line (src/"), "{stderr}");
}

#[test]
fn a_panic_is_a_line_of_json_where_messages_are() {
    let folder = tempfile::tempdir().unwrap();
    let Output { status, stderr, .. } = run("profile", folder.path(), "json");
    assert_eq!(status.code(), Some(1), "{status}");
    let line: Value = serde_json::from_slice(&stderr).unwrap();
    assert_eq!(line["level"], "error");
    assert_eq!(line["kind"], "failed");
    assert_eq!(line["profile"], "staff");
    let message = line["message"].as_str().unwrap();
    assert!(message.starts_with("a defect has ended runner: it broke (src/"), "{message}");
}

/// They have the stdout that is read to its end here.
#[test]
fn a_panic_ends_programs_that_were_started() {
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    assert_message(&fails("programs", folder.path()));
    assert!(began.elapsed() < Duration::from_secs(600));
}
