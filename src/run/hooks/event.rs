//! What a hook is told.

use std::borrow::Cow;
use std::path::PathBuf;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::data::Value;
use crate::run::ended::EndedOutput;
use crate::run::run_mark::{MARKS, mark_of, marks};

/// The variable with the output files.
pub(super) const OUTPUT: &str = "RUNNER_OUTPUT";

/// The most bytes of paths in it: Linux takes 128 KiB of a variable, with its name and what ends it.
const PATHS_MAX: usize = 128 * 1024 - OUTPUT.len() - 2;

/// A run, before it begins or after it has ended. It goes to the hook's stdin as JSON.
#[derive(Debug, Serialize)]
pub struct Event<'e> {
    pub hook: &'static str,
    /// An argument that names the profile in any folder.
    pub profile: &'e str,
    /// The run id.
    pub run: Uuid,
    pub scheduled: bool,
    /// `written`, `unchanged` or `failed`; `None` before the run.
    pub outcome: Option<&'static str>,
    pub exit_code: Option<u8>,
    /// Why the run failed.
    pub error: Option<EventError<'e>>,
    /// What was delivered.
    pub outputs: &'e [EndedOutput],
    /// What is new since the last run; `None` if it is not known.
    pub changes: Option<&'e Value>,
    /// The files that the hook is about.
    #[serde(serialize_with = "as_text")]
    pub files: Vec<PathBuf>,
    #[serde(skip)]
    pub added: Option<u64>,
    #[serde(skip)]
    pub removed: Option<u64>,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct EventError<'e> {
    /// The name of the exit code.
    pub kind: &'static str,
    pub message: &'e str,
}

impl Event<'_> {
    /// The variables in the environment of the hook. What is not known is empty; `None` is too long for a variable.
    pub(super) fn variables(&self) -> Vec<(&'static str, Option<String>)> {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let variables = [
            ("RUNNER_HOOK", self.hook.to_owned()),
            ("RUNNER_PROFILE", self.profile.to_owned()),
            ("RUNNER_RUN", self.run.to_string()),
            ("RUNNER_OUTCOME", self.outcome.unwrap_or_default().to_owned()),
            ("RUNNER_ADDED", number(self.added)),
            ("RUNNER_REMOVED", number(self.removed)),
            ("RUNNER_EXIT", number(self.exit_code.map(u64::from))),
            ("RUNNER_ERROR", self.error.map(|error| error.message.to_owned()).unwrap_or_default()),
        ];
        let marks = format!("{} {}", marks(), mark_of(self.profile));
        let variables = variables.into_iter().chain([(MARKS, marks.trim_start().to_owned())]);
        let variables = variables.map(|(name, value)| (name, Some(value)));
        variables.chain([(OUTPUT, self.paths())]).collect()
    }

    /// The files, one in a line. A list that was cut would look like a whole one.
    fn paths(&self) -> Option<String> {
        let paths = texts(&self.files).join("\n");
        (paths.len() <= PATHS_MAX).then_some(paths)
    }
}

fn texts(files: &[PathBuf]) -> Vec<Cow<'_, str>> {
    files.iter().map(|file| file.to_string_lossy()).collect()
}

fn as_text<S: Serializer>(files: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
    texts(files).serialize(serializer)
}
