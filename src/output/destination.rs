//! Where the rendering goes.

use std::fs;
use std::path::PathBuf;

/// Where the rendering goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Stdout.
    Stdout,
    /// This file, with this mode.
    File {
        /// The file, which need not exist.
        path: PathBuf,
        /// Its permission bits, such as `0o600`.
        mode: u32,
    },
}

impl Destination {
    /// Whether the output is a regular file, or a new one. Anything else can't be replaced, and may block.
    pub(crate) fn is_regular(&self) -> bool {
        match self {
            Self::Stdout => false,
            Self::File { path, .. } => fs::metadata(path).map_or(true, |metadata| metadata.is_file()),
        }
    }
}
