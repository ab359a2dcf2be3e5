//! What became of runs, on stderr or as JSON.

use std::process::ExitCode;

use serde::Serialize;

use super::{page, report};
use crate::output::FilesWritten;
use crate::problem::Problem;
use crate::run::{Ending, Finished, FinishedOutput, RunResult};
use crate::terminal::tell;
use crate::{Error, Kind, Result};

/// Of the only run: its files at a terminal, or the error.
pub(super) fn tell_single(results: Vec<RunResult>) -> ExitCode {
    for RunResult { profile, result } in results {
        let finished = match result {
            Ok(finished) => finished,
            Err(error) => {
                report::show_about(&profile, &error);
                return ExitCode::from(error.kind.exit_code());
            }
        };
        for output in finished.outputs.iter().filter(|output| output.written().is_some()) {
            let (outcome, details) = output.in_words();
            tell(format_args!("{outcome}: {details}"));
        }
    }
    ExitCode::SUCCESS
}

/// The lines of one of several: one for each output.
pub(super) fn tell_of(profile: &str, result: &Result<Finished>) {
    match result {
        Ok(finished) => {
            for output in &finished.outputs {
                let (outcome, details) = output.in_words();
                tracing::info!("{profile}: {outcome}, {details}");
            }
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
    /// `written`, `unchanged` or `failed`. It is `written` if one of several outputs is.
    outcome: &'static str,
    /// The file. `None`, like the following, if the run failed or has several outputs.
    output: Option<String>,
    /// Its size in bytes; also `None` for a device or a pipe.
    size: Option<u64>,
    /// How many rows of the main list it has.
    rows: Option<u64>,
    /// Each output; empty if the run failed.
    outputs: Vec<ShownOutput>,
    /// Why it failed; empty if it did not.
    problems: Vec<Problem>,
    exit_code: u8,
}

/// One output, for programs.
#[derive(Debug, Clone, Serialize)]
struct ShownOutput {
    output: Option<String>,
    outcome: &'static str,
    size: Option<u64>,
    rows: u64,
    /// With `for_each`: what became of the files, of which `output` is the folder and `size` that of all.
    files: Option<ShownFiles>,
}

#[derive(Debug, Clone, Serialize)]
struct ShownFiles {
    written: u64,
    unchanged: u64,
    removed: u64,
}

impl<'r> Shown<'r> {
    fn of(ended: &'r RunResult) -> Self {
        let profile = &ended.profile;
        let failed = Self {
            profile,
            outcome: "failed",
            output: None,
            size: None,
            rows: None,
            outputs: Vec::new(),
            problems: Vec::new(),
            exit_code: 0,
        };
        match &ended.result {
            Ok(finished) => {
                let outputs: Vec<ShownOutput> = finished.outputs.iter().map(ShownOutput::of).collect();
                let is_written = outputs.iter().any(|output| output.outcome == "written");
                let outcome = if is_written { "written" } else { "unchanged" };
                match outputs.as_slice() {
                    [ShownOutput { output, size, rows, .. }] => {
                        let (output, size, rows) = (output.clone(), *size, Some(*rows));
                        Self { outcome, output, size, rows, outputs, ..failed }
                    }
                    _ => Self { outcome, outputs, ..failed },
                }
            }
            Err(error) => Self { problems: error.problems(), exit_code: error.kind.exit_code(), ..failed },
        }
    }
}

impl ShownOutput {
    fn of(finished: &FinishedOutput) -> Self {
        Self {
            output: finished.file().map(|path| path.to_string_lossy().into_owned()),
            outcome: finished.in_words().0,
            size: finished.written().map(|written| written.size),
            rows: finished.rows,
            files: finished.files().map(|FilesWritten { written, unchanged, removed, .. }| ShownFiles {
                written,
                unchanged,
                removed,
            }),
        }
    }
}
