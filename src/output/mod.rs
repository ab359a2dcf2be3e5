//! Where the rendering goes, all or nothing: stdout or a file.

mod file;
mod stdout;

use std::path::PathBuf;

use crate::Result;

/// Where the rendering goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// The standard output.
    Stdout,
    /// This file, with this mode.
    File {
        /// Where it is.
        path: PathBuf,
        /// Its permission bits, such as `0o600`.
        mode: u32,
    },
}

/// Puts the whole rendering there, or nothing.
pub fn deliver(rendering: &str, destination: &Destination) -> Result<()> {
    match destination {
        Destination::Stdout => stdout::write(rendering),
        Destination::File { path, mode } => file::write(rendering.as_bytes(), path, *mode),
    }
}
