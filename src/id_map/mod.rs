//! Numbers of users and groups that stay the same from run to run, as Unix needs them.
//!
//! A file keeps them, by the UUID that Globus gives each identity and group: a name can change, and come back as that of
//! another person. A number is never given twice, also after its owner is gone, because files can still belong to it.

mod file;
mod kept;
mod known;
mod numbers;

pub use kept::IdMap;
