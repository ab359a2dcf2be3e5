//! The section `[escaping]`.

use schemars::JsonSchema;
use serde::Deserialize;

/// The section `[escaping]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Escaping {
    /// Whether to put an apostrophe before each field of CSV or TSV that a spreadsheet would take for a formula.
    pub formula_guard: bool,
}
