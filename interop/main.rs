//! The runner beside the programs it has to get on with: Globus's Python SDK and CLI, a browser, Graphviz, and a
//! read-only file system. `interop/run` installs them and runs these tests.

#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[expect(dead_code, reason = "`tests/` uses the rest")]
#[path = "../tests/support/mod.rs"]
mod support;

mod chromium;
mod graphviz;
mod peer;
mod read_only;
