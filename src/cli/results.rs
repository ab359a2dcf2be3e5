//! What became of runs, on stderr or as JSON.

use std::process::ExitCode;

use serde::Serialize;

use super::{page, report};
use crate::problem::Problem;
use crate::run::RunResult;
use crate::terminal::tell;
use crate::{Kind, Result};

/// Of the only run: its file at a terminal, or the error.
pub(super) fn tell_single(ended: Vec<RunResult>) -> Result<ExitCode> {
    for RunResult { result, .. } in ended {
        let finished = result?;
        if finished.written().is_some() {
            let (outcome, details) = finished.in_words();
            tell(format_args!("{outcome}: {details}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// One line for each of several.
pub(super) fn tell_each(ended: &[RunResult]) -> ExitCode {
    for RunResult { profile, result } in ended {
        match result {
            Ok(finished) => {
                let (outcome, details) = finished.in_words();
                tracing::info!("{profile}: {outcome}, {details}");
            }
            Err(error) => report::show_of(profile, error),
        }
    }
    exit_code(ended)
}

pub(super) fn print_json(ended: &[RunResult]) -> Result<ExitCode> {
    let shown: Vec<Shown> = ended.iter().map(Shown::of).collect();
    page::print_json(&shown).map(|()| exit_code(ended))
}

fn exit_code(ended: &[RunResult]) -> ExitCode {
    let kinds = ended.iter().filter_map(|ended| ended.result.as_ref().err()).map(|error| error.kind);
    Kind::worst(kinds).map_or(ExitCode::SUCCESS, |kind| ExitCode::from(kind.exit_code()))
}

/// A run, for programs.
#[derive(Debug, Serialize)]
struct Shown<'r> {
    /// The name or path that was given.
    profile: &'r str,
    /// `written`, `unchanged` or `failed`.
    outcome: &'static str,
    /// The file. `None`, like the following, if the run failed.
    output: Option<String>,
    /// Its size in bytes; also `None` for a device or a pipe.
    size: Option<u64>,
    /// How many rows of the main list it has.
    rows: Option<u64>,
    /// Why it failed; empty if it did not.
    problems: Vec<Problem>,
    exit_code: u8,
}

impl<'r> Shown<'r> {
    fn of(ended: &'r RunResult) -> Self {
        let profile = &ended.profile;
        match &ended.result {
            Ok(finished) => Self {
                profile,
                outcome: finished.in_words().0,
                output: finished.file().map(|path| path.to_string_lossy().into_owned()),
                size: finished.written().map(|written| written.size),
                rows: Some(finished.rows),
                problems: Vec::new(),
                exit_code: 0,
            },
            Err(error) => Self {
                profile,
                outcome: "failed",
                output: None,
                size: None,
                rows: None,
                problems: error.problems(),
                exit_code: error.kind.exit_code(),
            },
        }
    }
}
