//! The output: stdout or a file, all or nothing.

mod deliver;
mod destination;
mod file;
mod spool;
mod stdout;

pub use deliver::{deliver, print};
pub use destination::Destination;
pub use spool::Spool;
