//! Where the rendering goes.

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
