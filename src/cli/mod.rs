//! The command line: one file for each command. `runtime` runs them, `log` and `report` write to stderr.

mod check;
mod data;
mod init;
mod log;
mod login;
mod logout;
mod main;
mod profiles;
mod render;
mod report;
mod run;
mod runtime;
#[cfg(feature = "sandbox")]
mod sandbox;
mod schema;
mod status;
mod templates;

pub use main::main;
