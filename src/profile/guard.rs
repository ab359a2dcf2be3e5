//! What the output may be, as meant.

use std::fmt;
use std::sync::Arc;

/// The section `[output.guard]`. It counts the rows of the output.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Guard {
    /// By default it depends on where the output goes.
    pub min: Option<u32>,
    pub max: Option<u32>,
    /// The names of lists that may be empty.
    pub may_be_empty: Vec<Arc<str>>,
    pub max_removed: Option<Limit>,
    pub max_added: Option<Limit>,
}

/// How many rows may differ from those of the last delivered run. If both are there, more than one of them is allowed
/// as long as it is not more than the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    pub count: Option<u32>,
    /// Of the rows of the last delivered run.
    pub percent: Option<f64>,
}

/// As a message shows it, such as `10%`.
impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.count, self.percent) {
            (Some(count), Some(percent)) => write!(f, "{count} and {percent}%"),
            (Some(count), None) => write!(f, "{count}"),
            (None, percent) => write!(f, "{}%", percent.unwrap_or_default()),
        }
    }
}
