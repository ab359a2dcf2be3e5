//! The tests run the real binary against the sandbox and look at what a user sees. One file for each
//! capability, one test program for all: linking it once is most of the time they take.

// Nobody else sees what is public here, and a panic is how a test fails.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

mod architecture;
mod author;
mod browser;
mod cli;
mod concurrency;
mod disk;
mod environment;
mod escaping;
mod helpers;
mod init;
mod login;
mod output;
mod partials;
mod profiles;
mod readme;
mod ready;
mod requirements;
mod run;
mod sandbox;
mod schema;
mod service_account;
mod status;
mod stored;
mod streaming;
mod template_commands;
mod templates;
mod tokens;
mod transport;
