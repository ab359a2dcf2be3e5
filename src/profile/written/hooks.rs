//! The section `[hooks]`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::values::Seconds;

/// The section `[hooks]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Hooks {
    /// Runs before anything is requested. If it fails, the run ends with exit code 1, and nothing is written.
    #[schemars(length(min = 1), extend("examples" = [["systemctl", "is-active", "-q", "postfix"]]))]
    pub before: Option<Vec<String>>,
    /// Runs after a run whose output file has really changed, and after the next run again if it failed.
    #[schemars(length(min = 1), extend("examples" = [["systemctl", "reload", "nginx"]]))]
    pub on_change: Option<Vec<String>>,
    /// Runs after a run that failed.
    #[schemars(length(min = 1), extend("examples" = [["logger", "-p", "user.err", "no groups"]]))]
    pub on_failure: Option<Vec<String>>,
    /// Runs after a run that succeeded although the one before it failed.
    #[schemars(length(min = 1), extend("examples" = [["logger", "groups again"]]))]
    pub on_recovery: Option<Vec<String>>,
    /// Runs after every run, whether it succeeded or failed.
    #[schemars(length(min = 1), extend("examples" = [["./report.sh"]]))]
    pub after: Option<Vec<String>>,
    /// How long each hook may take before it is ended.
    pub timeout: Seconds<3600, 60>,
}
