//! The section `[run]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::{Age, Deadline};

/// The section `[run]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RunLimits {
    /// How long a run may take, from its start until its outputs are delivered and `on_change` has run; `-1` is no limit. The time in
    /// which a person logs in does not count. When it has passed, the run ends with exit code 4. What is not delivered then stays as it
    /// was.
    pub deadline: Deadline,
    /// What a run does while another one writes to the same file.
    pub on_overlap: OnOverlap,
    /// Skip a run while the output files of the last one are younger than this. It is not skipped if one of them is missing or
    /// was changed since, also its mode or owner, or if the profile, a template or an option says something else.
    pub max_age: Option<Age>,
}

/// What a run does while another one writes to the same file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnOverlap {
    /// It waits for the other one, until its `deadline`.
    #[default]
    Wait,
    /// It ends with exit code 0 and does nothing.
    Skip,
    /// It ends with exit code 6.
    Fail,
}
