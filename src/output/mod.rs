//! The output: stdout or a file, all or nothing.

mod blocking_writer;
mod closed_stdout;
mod deliver;
mod destination;
mod file;
mod spool;
mod stdout;

pub use deliver::{deliver, deliver_unblocked, print};
pub use destination::Destination;
pub use spool::Spool;
