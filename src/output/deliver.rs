//! Delivering a whole rendering.

use super::destination::Destination;
use super::file::Written;
use super::spool::Spool;
use super::{file, stdout};
use crate::{Error, Result};

/// Delivers the whole rendering, or nothing. Tells what became of a regular file.
pub fn deliver(rendering: Spool) -> Result<Option<Written>> {
    let (destination, spooled) = rendering.into_parts()?;
    match destination {
        Destination::Stdout => stdout::write(spooled).map(|()| None),
        Destination::File { path, mode } => file::write(spooled, &path, mode),
    }
}

/// The same, on another thread if writing may block: a signal must end a run whose output has no reader.
pub async fn deliver_unblocked(rendering: Spool) -> Result<Option<Written>> {
    if rendering.destination().is_regular() {
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
