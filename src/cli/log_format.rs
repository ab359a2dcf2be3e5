//! How messages are written on stderr: as text, or as lines of JSON for programs that collect logs.

use std::sync::atomic::{AtomicBool, Ordering};

use clap::ValueEnum;
use serde::Serialize;

use crate::diagnostic::{clean, moment, without_secrets};
use crate::problem::Problem;
use crate::run::run_id;
use crate::terminal::{about, stderr};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    Text,
    Json,
}

static IS_JSON: AtomicBool = AtomicBool::new(false);

impl LogFormat {
    /// Of this process, from now on.
    pub(super) fn set(self) {
        IS_JSON.store(self == Self::Json, Ordering::Relaxed);
    }

    /// The one that the command line asks for, also if it has a mistake.
    pub(super) fn of_command_line() -> Self {
        let words: Vec<_> = std::env::args_os().skip(1).collect();
        let is_json = words.iter().any(|word| word == "--log-format=json")
            || words.windows(2).any(|words| words[0] == "--log-format" && words[1] == "json");
        if is_json { Self::Json } else { Self::Text }
    }
}

pub(super) fn is_json() -> bool {
    IS_JSON.load(Ordering::Relaxed)
}

/// One line.
#[derive(Debug, Serialize)]
struct Entry<'l> {
    /// In UTC.
    time: String,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    level: &'l str,
    /// See [`run_id`].
    run: String,
    /// The profile that it is about, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    message: String,
    /// Of an error: the name of its exit code.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<String>,
}

impl<'l> Entry<'l> {
    fn new(level: &'l str, message: &str) -> Self {
        Self {
            time: format!("{:.3}", moment::now()),
            level,
            run: run_id().to_string(),
            profile: about::profile(),
            message: clean(&without_secrets(message)),
            kind: None,
            help: None,
            file: None,
            line: None,
            column: None,
            details: Vec::new(),
        }
    }

    /// If it can't be written, there is no way left to report that.
    fn write(&self) {
        if let Ok(line) = serde_json::to_string(self) {
            let _ = stderr::write(&(line + "\n"));
        }
    }
}

pub(super) fn write_message(level: &str, message: &str) {
    Entry::new(level, message).write();
}

/// An error, a mistake or a warning. The names in it can be those that other people chose, so control characters are made harmless.
pub(super) fn write_problem(level: &str, profile: Option<&str>, problem: &Problem, details: &[String]) {
    let Problem { kind, message, help, file, line, column } = problem;
    let of_profile = profile.map(str::to_owned).or_else(about::profile);
    Entry {
        profile: of_profile,
        kind: (level == "error").then_some(kind),
        help: help.as_deref().map(clean),
        file: file.as_deref().map(clean),
        line: *line,
        column: *column,
        details: details.iter().map(|line| clean(line)).collect(),
        ..Entry::new(level, message)
    }
    .write();
}
