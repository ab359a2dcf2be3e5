//! The section `[output.guard]`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::values::{Count, Limit};

/// The section `[output.guard]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Guard {
    /// The least number of groups that is delivered. By default it is 1 for a file, so that an empty response never
    /// empties one, and 0 for stdout.
    pub min_groups: Option<Count>,
    /// The greatest number of groups that is delivered.
    pub max_groups: Option<Count>,
    /// Which other lists that the template reads may be empty in a file: names of `[data.NAME]`, `groups`, or `memberships`,
    /// which are those of all groups together. By default none.
    #[schemars(extend("examples" = [["rules"]]))]
    pub may_be_empty: Vec<String>,
    /// How many groups of the last delivered run may be missing: a number, a percentage of them, or both as
    /// `{ count = 10, percent = 10 }`, which refuses only what exceeds both. `0` means none.
    pub max_removed: Option<Limit<100>>,
    /// How many groups may be new since the last delivered run, written like `max_removed`.
    pub max_added: Option<Limit<1_000_000>>,
}
