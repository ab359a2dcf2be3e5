//! The output: stdout or a file, all or nothing.

mod closed_stdout;
mod deliver;
mod delivered;
mod destination;
mod diff;
mod diff_name;
mod file;
mod file_change;
mod file_writer;
mod files;
mod guard;
mod spool;
mod staged;
mod stdout;
mod would_be;

pub use deliver::{deliver, deliver_unblocked, print, print_styled, print_unblocked};
pub use delivered::{Delivered, FilesWritten, Written};
pub use destination::{Destination, ProtectedFile};
pub use files::{FileSet, FilesOptions, Names, RefusedName};
pub use guard::{
    Guard, GuardOptions, Rendered, WatchedRows, deliver_approved, file_hashes, preview_approved,
};
pub use spool::Spool;
pub use would_be::{DryRun, WouldBe};
