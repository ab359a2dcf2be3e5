//! The section `[escaping]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The section `[escaping]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Escaping {
    /// Whether to put an apostrophe before each field of CSV or TSV that a spreadsheet would take for a formula.
    pub formula_guard: bool,
    /// What a format of lines (`.conf`, `.env`, `.group`, `.htgroup`, `.ini`, `.lines`, `.passwd`) does with a value that it cannot hold as it is, such as
    /// one with a line end.
    pub line_ends: LineEnds,
}

/// What a format of lines does with a value that it cannot hold as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineEnds {
    /// Visible characters stand for what it cannot hold, such as `␊` for a line end.
    #[default]
    Replace,
    /// Nothing is delivered, and the run ends with exit code 1.
    Refuse,
}

impl From<LineEnds> for globus_templates::LineEnds {
    fn from(line_ends: LineEnds) -> Self {
        match line_ends {
            LineEnds::Replace => Self::Replace,
            LineEnds::Refuse => Self::Refuse,
        }
    }
}
