//! Delivering a whole rendering.

use super::delivered::Delivered;
use super::destination::Destination;
use super::spool::Spool;
use super::{file, stdout};
use crate::{Error, Result};

/// Delivers the whole rendering, or nothing.
pub fn deliver(rendering: Spool) -> Result<Delivered> {
    let (destination, spooled) = rendering.into_parts()?;
    match destination {
        Destination::Stdout => stdout::write(spooled),
        Destination::File { path, mode } => file::write(spooled, &path, mode),
    }
}

/// The same, on another thread if writing may block: a signal must end a run whose output has no reader.
pub async fn deliver_unblocked(rendering: Spool) -> Result<Delivered> {
    if !rendering.destination().may_block() {
        return deliver(rendering);
    }
    let delivered = tokio::task::spawn_blocking(|| deliver(rendering)).await;
    delivered.unwrap_or_else(|_| Err(Error::failed("the thread that writes the output has panicked")))
}

/// The same, on another thread.
pub async fn print_unblocked(text: String) -> Result<()> {
    deliver_unblocked(Spool::of(text, Destination::Stdout)).await.map(drop)
}

/// Prints text of this program itself, whose styles are removed if stdout takes none.
pub fn print_styled(text: &str) -> Result<()> {
    stdout::write_styled(text)
}

pub fn print(text: impl Into<String>) -> Result<()> {
    deliver(Spool::of(text.into(), Destination::Stdout)).map(drop)
}
