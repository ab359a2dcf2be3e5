//! The section `[run]`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::values::Deadline;

/// The section `[run]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RunLimits {
    /// How long all requests of a run may take together; `-1` is no limit. The time in which a person logs in does not
    /// count. When it is over, the run ends with exit code 4 and the output stays as it was.
    pub deadline: Deadline,
}
