//! Where the rendering goes, all or nothing: stdout or a file.

mod file;
mod spool;
mod stdout;

use std::path::PathBuf;

use crate::Result;

pub use spool::Spool;

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

/// Puts the whole rendering where it belongs, or nothing.
pub fn deliver(rendering: Spool) -> Result<()> {
    let (destination, held) = rendering.into_parts()?;
    match destination {
        Destination::Stdout => stdout::write(held),
        Destination::File { path, mode } => file::write(held, &path, mode),
    }
}
