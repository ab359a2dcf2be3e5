//! Tests beside other programs: Globus's Python SDK and CLI, npm's handlebars, a browser, Graphviz, parsers of all
//! formats, `patch` and git, `unshare` for a read-only file system, `strace` for kills and failures at system calls and
//! where no thread can be started, and what starts schedules. `interop/run` installs these programs and runs the tests.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

#[expect(dead_code, unused_imports, reason = "`tests/` uses the rest")]
#[path = "../tests/support/mod.rs"]
mod support;

mod chromium;
mod fuzz;
mod graphviz;
mod handlebars_js;
mod no_thread;
mod patch;
mod peer;
mod pictured;
mod places;
mod promtool;
mod read_only;
mod ready;
mod schedule;
mod system_calls;
mod venv;
