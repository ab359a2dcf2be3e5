//! Delivering whole renderings.

use super::delivered::Delivered;
use super::destination::Destination;
use super::spool::Spool;
use super::staged::Staged;
use super::stdout;
use crate::Result;

/// Delivers the whole rendering, or nothing.
pub fn deliver(rendering: Spool) -> Result<Delivered> {
    Staged::new(rendering)?.commit()
}

/// The same, on another thread if writing may block.
pub async fn deliver_unblocked(rendering: Spool) -> Result<Delivered> {
    Staged::new(rendering)?.commit_unblocked().await
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
