//! `runner` turns a TOML profile into a finished file: it logs in to Globus when no tokens are stored, renews
//! them as needed, fetches the user's groups and renders them through a Handlebars template.
//!
//! # The way of the data
//!
//! ```text
//! profile  ->  tokens  ->  globus  ->  template  ->  output
//! (TOML)      (stored,     (groups)    (Handlebars,  (stdout or file,
//!             renewed)                  escaped)      all or nothing)
//! ```
//!
//! [`run::pipeline`] is this line, one call for each arrow. A later stage never reaches back. Groups go down the line one
//! after the other as they arrive, if the template allows it; the output is whole before any of it shows.
//!
//! | module | what it knows |
//! |---|---|
//! | [`cli`] | what can be typed, what is said on stderr, exit codes; one file for each command |
//! | [`run`] | the main job, what it takes to act for a profile, and whether a run would work |
//! | [`init`] | a profile and a template to start with |
//! | [`preview`] | rendering with data that is there already, on each save |
//! | [`profile`] | the TOML file as written and as meant, and every mistake in it |
//! | [`catalog`] | where profiles and templates are found by name |
//! | [`globus`] | where the services are, HTTP, tokens, logins, the groups |
//! | [`template`] | what a template sees, Handlebars, escaping by format, helpers, partials, whether it streams |
//! | [`output`] | stdout and files |
//! | [`terminal`] | questions to a person at the terminal; signals |
//! | [`fs`] | files replaced whole |
//! | [`diagnostic`], [`error`] | mistakes shown with their line; errors with what, why, help and exit code |
//!
//! # Rules that hold everywhere
//!
//! - stdout is data, stderr is talk. Data comes whole or not at all, and so do files.
//! - No prompt without a terminal, and no wait without a deadline.
//! - Secrets are [`secrecy::SecretString`] until the wire or the store.
//! - What the services send is other people's words: escaped in output, harmless at a terminal.
//! - Nothing is loaded, parsed or built that the run does not need: most runs ask one thing and end.

pub mod catalog;
pub mod cli;
pub mod data;
pub mod diagnostic;
pub mod error;
pub mod fs;
pub mod globus;
pub mod init;
pub mod output;
pub mod preview;
pub mod profile;
pub mod run;
pub mod template;
pub mod terminal;

pub use error::{Error, Kind, Result};
