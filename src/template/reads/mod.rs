//! What a template reads of its data, in any branch and in every partial: which fields, and where it needs all rows.
//!
//! The template is followed as its rendering would go, with where a value comes from instead of the value. In doubt, all
//! is read.

mod helper;
mod include;
mod origin;
#[cfg(test)]
mod projection;
mod reader;
mod scope;
#[cfg(test)]
mod tests;
mod unfetched;
mod usage;

pub(super) use reader::{Reads, reads};
pub(super) use unfetched::Unfetched;
pub(super) use usage::{Branch, Reached, Usage};
