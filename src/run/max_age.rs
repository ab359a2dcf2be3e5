//! Runs that are skipped because what the last one delivered is young enough.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::run_log::{LoggedRun, RunLog};
use crate::diagnostic::duration::in_words;

/// Why the run need not be executed; `None` if it has to be. `outputs` are the files that it would write, `inputs` those that
/// decide what it writes, such as its profile.
pub(super) fn is_young(
    max_age: Duration,
    log: &RunLog,
    outputs: &[PathBuf],
    inputs: &[PathBuf],
) -> Option<String> {
    let last = log.last().ok()??;
    let delivered = last.last_success?;
    let age = Timestamp::now().duration_since(delivered);
    // The clock may have been set back.
    let age = Duration::try_from(age).ok().filter(|age| *age < max_age)?;
    let names: Vec<String> = LoggedRun::names_of(outputs);
    let is_older = |path: &PathBuf| last_change(path).is_some_and(|at| at <= delivered);
    let is_same = !outputs.is_empty()
        && !last.has_failed()
        // Such as `on_change`, which is owed then.
        && last.failed_hooks.is_empty()
        && last.outputs == names
        && outputs.iter().all(is_older)
        && inputs.iter().all(is_older);
    is_same.then(|| {
        let [first, ..] = outputs else { return String::new() };
        format!(
            "`{}` is {} old, and `max_age` is {}",
            first.display(),
            in_words(age.as_secs()),
            in_words(max_age.as_secs())
        )
    })
}

/// When the file was changed, or the last one in the folder and those below it; `None` if that can't be known.
fn last_change(path: &Path) -> Option<Timestamp> {
    let about = fs::metadata(path).ok()?;
    let own = Timestamp::try_from(about.modified().ok()?).ok()?;
    if !about.is_dir() {
        return Some(own);
    }
    let mut inside = fs::read_dir(path).ok()?.map(|entry| {
        let entry = entry.ok()?;
        // What a link leads to is not an output.
        if entry.file_type().ok()?.is_symlink() { Some(own) } else { last_change(&entry.path()) }
    });
    inside.try_fold(own, |last, at| Some(last.max(at?)))
}
