//! The first line of a record.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::file_hash::FileHash;
use super::list_head::ListHead;

/// Increased when an older version could misread the file.
pub(super) const VERSION: u32 = 1;

/// Which run a record is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunHead {
    /// The id of the run.
    pub run: String,
    /// When its rows had arrived.
    pub at: Timestamp,
    /// The key of the profile, such as the path of its file.
    pub profile: String,
    /// Its files, and the folders of those of `for_each`.
    pub outputs: Vec<String>,
}

/// The first line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Header {
    pub(super) version: u32,
    /// What it is a record of; see [`History::of`](super::History::of).
    pub(super) subject: String,
    #[serde(flatten)]
    pub head: RunHead,
    /// What it delivered to its files. Empty unless each of its outputs is a file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) files: Vec<FileHash>,
    /// The lists in the order of their rows.
    pub lists: Vec<Counted>,
}

impl Header {
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

/// A list, and how many of the following rows are its.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Counted {
    pub rows: u64,
    #[serde(flatten)]
    pub head: ListHead,
}
