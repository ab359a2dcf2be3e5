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
//! [`run`] is this line, one call for each arrow. A later stage never reaches back. Groups go down the line one
//! after the other as they arrive, if the template allows it; the output is whole before any of it shows.
//!
//! | module | what it knows |
//! |---|---|
//! | [`cli`] | what can be typed, what is said on stderr, exit codes; one file for each command |
//! | [`run`] | the main job |
//! | [`init`] | a profile and a template to start with |
//! | [`trial`] | rendering with data that is there already |
//! | [`watch`] | waiting for files to be saved |
//! | [`profile`] | the TOML file as written and as meant, and every mistake in it |
//! | [`search`] | where profiles and templates are found by name |
//! | [`tokens`] | what a token is, the files of the Globus SDK, the lock between processes |
//! | [`access`] | what it takes to act for a profile |
//! | [`auth`] | OAuth 2.0 with Globus Auth, the login flows, and the authorizer that decides what is needed |
//! | [`status`] | what is stored for a profile, and whether a run would work |
//! | [`globus`] | where the services are, HTTP with its deadlines and retries, the groups |
//! | [`template`] | what a template sees, Handlebars, escaping by format, helpers, partials, whether it streams |
//! | [`output`] | stdout and files |
//! | [`prompt`] | questions to a person at the terminal |
//! | [`interrupt`] | work that Ctrl-C must not cut in two |
//! | [`scope`] | scopes and what they depend on |
//! | [`sandbox`] | a local Globus Auth and Groups, for trying a profile and for the tests |
//! | [`atomic_file`], [`loopback`], [`span`] | files replaced whole; this machine, as URLs name it; spans of time in words |
//! | [`diagnostic`], [`error`] | mistakes shown with their line; errors with what, why, help and exit code |
//!
//! # Rules that hold everywhere
//!
//! - stdout is data, stderr is talk. Data comes whole or not at all, and so do files.
//! - No prompt without a terminal, and no wait without a deadline.
//! - Secrets are [`secrecy::SecretString`] until the wire or the store.
//! - What the services send is other people's words: escaped in output, harmless at a terminal.
//! - Nothing is loaded, parsed or built that the run does not need: most runs ask one thing and end.

pub mod access;
pub mod atomic_file;
pub mod auth;
pub mod cli;
pub mod diagnostic;
pub mod error;
pub mod globus;
pub mod init;
pub mod interrupt;
pub mod loopback;
pub mod output;
pub mod profile;
pub mod prompt;
pub mod run;
pub mod sandbox;
pub mod scope;
pub mod search;
pub mod span;
pub mod status;
pub mod template;
pub mod tokens;
pub mod trial;
pub mod watch;

pub use error::{Error, Kind, Result};
