//! What became of runs, on stderr or as JSON.

use std::process::ExitCode;

use serde::Serialize;

use super::{page, report};
use crate::output::{self, FilesWritten, Spool};
use crate::problem::Problem;
use crate::run::{Ending, Finished, FinishedOutput, RunResult};
use crate::terminal;
use crate::{Error, Kind, Result};

/// The exit code of a dry run that would change a file.
const WOULD_CHANGE: u8 = 10;

/// Of the only run: its files at a terminal, or the error. What a dry run would do is said in any case.
pub(super) fn tell_single(results: Vec<RunResult>) -> Result<ExitCode> {
    let code = exit_code(&results);
    for RunResult { profile, result } in &results {
        match result {
            Ok(finished) => {
                if let Some(skipped) = &finished.skipped {
                    terminal::tell(format_args!("skipped: {}", skipped.why()));
                }
                finished.outputs.iter().for_each(tell);
                finished.stopped.iter().for_each(|error| report::show_about(profile, error));
            }
            Err(error) => report::show_about(profile, error),
        }
    }
    print_diffs(results).map(|()| code)
}

fn tell(output: &FinishedOutput) {
    let (outcome, details) = output.in_words();
    if output.dry.is_some() {
        log::info!("{outcome}: {details}");
    } else if output.written().is_some() {
        terminal::tell(format_args!("{outcome}: {details}"));
    }
}

/// How files would change, on stdout.
pub(super) fn print_diffs(results: Vec<RunResult>) -> Result<()> {
    let finished = results.into_iter().filter_map(|run| run.result.ok());
    let outputs = finished.flat_map(|finished| finished.outputs);
    outputs.filter_map(|output| output.dry?.diff).try_for_each(|diff| output::deliver(diff).map(drop))
}

/// The lines of one of several: one for each output.
pub(super) fn tell_of(profile: &str, result: &Result<Finished>) {
    match result {
        Ok(finished) => {
            if let Some(skipped) = &finished.skipped {
                log::info!("{profile}: skipped, {}", skipped.why());
            }
            for output in &finished.outputs {
                let (outcome, details) = output.in_words();
                log::info!("{profile}: {outcome}, {details}");
            }
        }
        Err(error) => report::show_of(profile, error),
    }
}

pub(super) fn print_json(results: Vec<RunResult>) -> Result<ExitCode> {
    let code = exit_code(&results);
    page::print_json(&results.into_iter().map(Shown::of).collect::<Result<Vec<_>>>()?)?;
    Ok(code)
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
    let kinds = results.iter().filter_map(RunResult::error).map(|error| error.kind);
    let finished = results.iter().filter_map(|run| run.result.as_ref().ok());
    let would_change = finished.flat_map(|finished| &finished.outputs).any(FinishedOutput::would_change);
    match Kind::worst(kinds) {
        Some(kind) => ExitCode::from(kind.exit_code()),
        None if would_change => ExitCode::from(WOULD_CHANGE),
        None => ExitCode::SUCCESS,
    }
}

/// In the order of the runs; those that have not ended failed with this error.
pub(super) fn all(endings: Vec<Ending<'_>>, unfinished: &Error) -> Vec<RunResult> {
    endings.into_iter().map(|ending| ending.into_result(unfinished)).collect()
}

/// A run, for programs.
#[derive(Debug, Serialize)]
struct Shown {
    /// The name or path that was given.
    profile: String,
    /// `written`, `unchanged`, `skipped` or `failed`; of a dry run `would be written`. That of the first output that is not unchanged.
    outcome: &'static str,
    /// The file. `None`, like the following, if the run failed or has several outputs.
    output: Option<String>,
    /// Its size in bytes; also `None` for a device or a pipe.
    size: Option<u64>,
    /// How many rows of the main list it has.
    rows: Option<u64>,
    /// Each output; empty if the run failed before they were delivered.
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
    /// Of a dry run with `--diff`: how the file would change.
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct ShownFiles {
    written: u64,
    /// With the same content.
    mode_changed: u64,
    unchanged: u64,
    removed: u64,
}

impl Shown {
    fn of(RunResult { profile, result }: RunResult) -> Result<Self> {
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
        let finished = match result {
            Ok(finished) => finished,
            Err(error) => {
                return Ok(Self { problems: error.problems(), exit_code: error.kind.exit_code(), ..failed });
            }
        };
        let would_change = finished.outputs.iter().any(FinishedOutput::would_change);
        let exit_code = if would_change { WOULD_CHANGE } else { 0 };
        if let Some(error) = finished.stopped {
            let outputs = finished.outputs.into_iter().map(ShownOutput::of).collect::<Result<_>>()?;
            return Ok(Self {
                outputs,
                problems: error.problems(),
                exit_code: error.kind.exit_code(),
                ..failed
            });
        }
        let outputs: Vec<ShownOutput> =
            finished.outputs.into_iter().map(ShownOutput::of).collect::<Result<_>>()?;
        let changed = outputs.iter().find(|output| output.outcome != "unchanged");
        let outcome = if finished.skipped.is_some() { "skipped" } else { "unchanged" };
        let outcome = changed.map_or(outcome, |output| output.outcome);
        Ok(match outputs.as_slice() {
            [ShownOutput { output, size, rows, .. }] => {
                let (output, size, rows) = (output.clone(), *size, Some(*rows));
                Self { outcome, output, size, rows, outputs, exit_code, ..failed }
            }
            _ => Self { outcome, outputs, exit_code, ..failed },
        })
    }
}

impl ShownOutput {
    fn of(finished: FinishedOutput) -> Result<Self> {
        let files = finished.files();
        Ok(Self {
            output: finished.file().map(|path| path.to_string_lossy().into_owned()),
            outcome: finished.in_words().0,
            size: finished.written().map(|written| written.size),
            rows: finished.rows,
            files: files.map(|FilesWritten { written, mode_changed, unchanged, removed, bytes: _ }| {
                ShownFiles { written, mode_changed, unchanged, removed }
            }),
            diff: finished.dry.and_then(|dry| dry.diff).map(Spool::into_text).transpose()?,
        })
    }
}
