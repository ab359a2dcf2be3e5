//! Reading a TOML table into the type that describes it. All mistakes are found at once.
//!
//! A wrong value ends a pass of serde; it is reported with its place and taken out, and another pass made, until one
//! goes through. A table without mistakes takes one pass.

mod deserializer;
mod entry;
mod key_path;
mod read_error;
mod reading;
mod report;
mod table;

pub(super) use entry::Entry;
pub(super) use report::{Mistake, Report, Syntax, excerpt};
pub(super) use table::{missing, missing_key, table};
