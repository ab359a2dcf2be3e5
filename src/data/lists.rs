//! The lists of a run besides the one whose rows stream, and what became of each source.

use std::collections::BTreeMap;

use super::source_name::SourceName;
use globus_templates::value::Value;

/// Whole lists by their source.
#[derive(Debug, Clone, Default)]
pub struct Lists(BTreeMap<SourceName, Vec<Value>>);

impl Lists {
    /// Adds a list, in place of an earlier one of the source.
    pub fn insert(&mut self, source: SourceName, rows: Vec<Value>) {
        self.0.insert(source, rows);
    }

    /// The rows of a source, if they are here.
    #[must_use]
    pub fn get(&self, source: &SourceName) -> Option<&[Value]> {
        self.0.get(source).map(Vec::as_slice)
    }

    /// Every list, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&SourceName, &[Value])> {
        self.0.iter().map(|(source, rows)| (source, rows.as_slice()))
    }
}

/// What became of a source, once its last row has arrived. A template sees it as `sources.NAME`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many rows went on.
    pub rows: u64,
    /// Rows of which a part may not be seen, such as groups whose memberships are hidden.
    pub hidden: u64,
    /// Rows that could not be completed, and were kept with their error.
    pub errors: u64,
    /// Whether the service holds more than it sends.
    pub truncated: bool,
    /// Requests whose refusal the profile says to skip.
    pub skipped: u64,
}

/// What became of every source that was fetched.
pub type Outcomes = BTreeMap<SourceName, Outcome>;
