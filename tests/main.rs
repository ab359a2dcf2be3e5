//! The tests run the real binary against the sandbox and assert on what a user sees. They need nothing but Rust
//! and a C compiler; `interop/` has the tests that need more. One file per capability, but one program for all: linking
//! takes most of the time.

// `pub` items of a test program are unreachable, and a test fails by a panic.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

/// What the fuzz targets check.
#[path = "../fuzz/src/lib.rs"]
mod properties;
mod support;

mod architecture;
mod audience;
mod author;
mod blocked_output;
mod browser;
mod certificates;
mod changes;
mod chaos;
mod checked_first;
mod cli;
mod concurrency;
mod deadline;
mod diff;
mod disk;
mod docs;
mod dry_run;
mod environment;
mod escaping;
mod extends;
mod faults;
mod for_each;
mod fuzz_corpus;
mod groups_selection;
mod guard;
mod guard_lists;
mod handlebars_js;
mod help;
mod helpers;
mod hidden;
mod history;
mod hooks;
mod hostile_responses;
mod id_map;
mod init;
mod json;
mod landing;
mod language;
mod line_formats;
mod lists;
mod local_names;
mod log_format;
mod login;
mod login_all;
mod logout;
mod long_responses;
mod made_up;
mod members;
mod messages;
mod modes;
mod notify;
mod output;
mod output_inputs;
mod overlap;
mod overrides;
mod partials;
mod profiles;
mod progress;
mod ready;
mod ready_members;
mod requirements;
mod retry_messages;
mod run;
mod run_log;
mod sandbox;
mod schedule;
mod schema;
mod secrets;
mod service_account;
mod several;
mod several_outputs;
mod shared_logins;
mod show;
mod status;
mod stopped;
mod stored;
mod streaming;
mod supply_chain;
mod tags;
mod template_commands;
mod template_sources;
mod templates;
mod token_safety;
mod tokens;
mod transport;
mod trust;
