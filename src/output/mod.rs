//! Where the rendering goes, all or nothing: stdout or a file.

mod deliver;
mod destination;
mod file;
mod spool;
mod stdout;

pub use deliver::deliver;
pub use destination::Destination;
pub use spool::Spool;
