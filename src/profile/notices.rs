//! What runs beside a run, and who is told of it, as meant.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use super::place::Place;
use super::written::PingFailure;
use crate::globus::auth::SecretSource;

/// The section `[hooks]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hooks {
    pub before: Option<HookCommand>,
    pub on_change: Option<HookCommand>,
    pub on_failure: Option<HookCommand>,
    pub on_recovery: Option<HookCommand>,
    pub after: Option<HookCommand>,
    /// Of each.
    pub timeout: Duration,
}

/// A program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookCommand {
    /// A name that `PATH` finds, or a path.
    pub program: PathBuf,
    pub arguments: Vec<String>,
    /// Where the program is named.
    pub place: Place,
}

/// The section `[notify]`.
#[derive(Debug, Clone, Default)]
pub struct Notify {
    pub ping_url: Option<PingUrl>,
    pub failure: PingFailure,
    /// Also of runs that no schedule has started.
    pub always: bool,
    pub textfile: Option<PathBuf>,
}

/// Where the URL to ping comes from. It is a secret.
#[derive(Debug, Clone)]
pub enum PingUrl {
    Written {
        url: SecretString,
        /// The URL without what is secret, such as `https://hc-ping.com/***`.
        shown: String,
    },
    In(SecretSource),
}
