//! The output: stdout or a file, all or nothing.

mod deliver;
mod destination;
mod file;
mod patient;
mod spool;
mod stdout;

pub use deliver::{deliver, deliver_unblocked, print};
pub use destination::Destination;
pub use spool::Spool;
