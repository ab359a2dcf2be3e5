//! The section `[history]`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::values::Integer;

/// The section `[history]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct History {
    /// Of how many delivered runs the data is kept, for `runner diff` and for `changes` in a template. With `0` none is, but
    /// that of the last run if a guard or the template compares with it; earlier ones are removed.
    pub keep: Integer<0, 1000, 10>,
}
