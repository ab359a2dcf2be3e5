//! What became of runs, on stderr or as JSON.

use std::process::ExitCode;

use serde::Serialize;

use super::{page, report};
use crate::problem::Problem;
use crate::run::{Ending, Finished, RunResult};
use crate::terminal::tell;
use crate::{Error, Kind, Result};

/// Of the only run: its file at a terminal, or the error.
pub(super) fn tell_single(results: Vec<RunResult>) -> ExitCode {
    for RunResult { profile, result } in results {
        let finished = match result {
            Ok(finished) => finished,
            Err(error) => {
                report::show_about(&profile, &error);
                return ExitCode::from(error.kind.exit_code());
            }
        };
        if finished.written().is_some() {
            let (outcome, details) = finished.in_words();
            tell(format_args!("{outcome}: {details}"));
        }
    }
    ExitCode::SUCCESS
}

/// The line of one of several.
pub(super) fn tell_of(profile: &str, result: &Result<Finished>) {
    match result {
        Ok(finished) => {
            let (outcome, details) = finished.in_words();
            tracing::info!("{profile}: {outcome}, {details}");
        }
        Err(error) => report::show_of(profile, error),
    }
}

pub(super) fn print_json(results: &[RunResult]) -> Result<ExitCode> {
    page::print_json(&results.iter().map(Shown::of).collect::<Vec<_>>())?;
    Ok(exit_code(results))
}

/// Adds the runs that have not ended.
pub(super) fn with_unfinished(interruption: Error, endings: &[Ending<'_>]) -> Error {
    let unfinished: Vec<&str> =
        endings.iter().filter(|ending| !ending.has_ended()).map(Ending::profile).collect();
    if unfinished.is_empty() {
        return interruption;
    }
    interruption.details(vec![format!("not delivered: {}", unfinished.join(", "))])
}

/// The worst one.
pub(super) fn exit_code(results: &[RunResult]) -> ExitCode {
    let kinds = results.iter().filter_map(|run| run.result.as_ref().err()).map(|error| error.kind);
    Kind::worst(kinds).map_or(ExitCode::SUCCESS, |kind| ExitCode::from(kind.exit_code()))
}

/// In the order of the runs; those that have not ended failed with this error.
pub(super) fn all(endings: Vec<Ending<'_>>, unfinished: &Error) -> Vec<RunResult> {
    endings.into_iter().map(|ending| ending.into_result(unfinished)).collect()
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
