//! What a hook is told.

use std::path::PathBuf;

use serde::Serialize;
use uuid::Uuid;

use crate::data::Value;
use crate::run::ended::EndedOutput;

/// The most bytes of paths in one variable: Linux takes 128 KiB.
const PATHS_MAX: usize = 32 * 1024;

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
    #[serde(skip)]
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
    /// The variables in the environment of the hook. What is not known is empty.
    pub(super) fn variables(&self) -> Vec<(&'static str, String)> {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        vec![
            ("RUNNER_HOOK", self.hook.to_owned()),
            ("RUNNER_PROFILE", self.profile.to_owned()),
            ("RUNNER_RUN", self.run.to_string()),
            ("RUNNER_OUTPUT", self.paths()),
            ("RUNNER_OUTCOME", self.outcome.unwrap_or_default().to_owned()),
            ("RUNNER_ADDED", number(self.added)),
            ("RUNNER_REMOVED", number(self.removed)),
            ("RUNNER_EXIT", number(self.exit_code.map(u64::from))),
            ("RUNNER_ERROR", self.error.map(|error| error.message.to_owned()).unwrap_or_default()),
        ]
    }

    /// The files, one in a line.
    fn paths(&self) -> String {
        let mut paths = String::new();
        for file in &self.files {
            let file = file.to_string_lossy();
            if paths.len() + file.len() + 1 > PATHS_MAX {
                break;
            }
            if !paths.is_empty() {
                paths.push('\n');
            }
            paths.push_str(&file);
        }
        paths
    }
}
