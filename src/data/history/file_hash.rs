//! What a run delivered to a file, by its hash: whether it is still there.

use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::fs::open_regular;
use crate::hash::sha256_of;

/// A file of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHash {
    /// Absolute, without symbolic links.
    pub path: String,
    /// Of the content, in hexadecimal.
    pub sha256: String,
}

impl FileHash {
    /// Whether the file has this content; `None` if it can't be read.
    pub(super) fn is_there(&self) -> Option<bool> {
        match open_regular(Path::new(&self.path)).and_then(sha256_of) {
            Ok(hash) => Some(hash == self.sha256),
            Err(error) if error.kind() == ErrorKind::NotFound => Some(false),
            Err(_) => None,
        }
    }
}
