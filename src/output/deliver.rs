//! Delivering a whole rendering.

use super::destination::Destination;
use super::spool::Spool;
use super::{file, stdout};
use crate::Result;

/// Delivers the whole rendering, or nothing.
pub fn deliver(rendering: Spool) -> Result<()> {
    let (destination, held) = rendering.into_parts()?;
    match destination {
        Destination::Stdout => stdout::write(held),
        Destination::File { path, mode } => file::write(held, &path, mode),
    }
}

/// Prints a text on stdout.
pub fn print(text: impl Into<String>) -> Result<()> {
    deliver(Spool::holding(text.into(), Destination::Stdout))
}
