//! The groups that the user is in: the source that every profile has unless it declares others.

mod names;
mod source;

pub use names::GROUPS;
pub(super) use source::{GroupsSource, complete};
