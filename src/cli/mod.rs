//! The command line: one file for each command.
//!
//! `interruptible` has a signal end them, `page` lays out what they print, `log`, `log_format` and `report` write to stderr, `usage`
//! explains mistakes on the command line, `examples` is for the help.

mod check;
mod data;
mod diff;
mod examples;
mod init;
mod interruptible;
mod log;
mod log_format;
mod login;
mod login_several;
mod logout;
mod main;
mod open_browser;
mod page;
mod panic_hook;
mod profiles;
mod render;
mod report;
mod results;
mod run;
#[cfg(feature = "sandbox")]
mod sandbox;
mod schedule;
mod schema;
mod selection;
mod show;
mod status;
mod templates;
mod usage;

pub use main::main;
