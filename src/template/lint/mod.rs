//! Warnings about values that the escaping of the format does not protect.

mod place;
pub(super) mod tags;
mod warnings;

pub(super) use warnings::warnings;
