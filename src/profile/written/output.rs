//! The section `[output]`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::guard::Guard;
use super::values::{FilePath, Mode, Reserved, Switch};

/// The section `[output]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Output {
    /// The file to replace, whole or not at all. Without it the output goes to stdout; `-o` takes precedence.
    pub path: Option<FilePath>,
    /// The permissions of the file in octal, as for `chmod`. They also hold for `-o`. Without `mode`, a file that is
    /// there keeps its own, and a new one can be read by its owner alone, as with `0600`.
    pub mode: Option<Mode>,
    /// Whether an output that is not of its format, such as broken JSON, is refused. A value in a place where its format
    /// does not allow one is always refused.
    pub validate: Switch<true>,
    /// Whether an output of CSV, TSV or plain text begins with a byte order mark. Excel reads the file as UTF-8 only with
    /// one; many other programs take it for a part of the first field.
    pub byte_order_mark: bool,
    #[schemars(skip)]
    on_change: Option<Reserved<serde::de::IgnoredAny>>,
    /// What is refused instead of delivered: exit code 5, and the output stays as it was.
    pub(in crate::profile) guard: Guard,
}
