//! The groups that the user is in: the source that every profile has unless it declares others.

mod ancestry;
mod completion;
mod detail;
mod enrich;
mod keys;
mod lineage;
mod members;
mod names;
mod needs;
mod people;
mod report;
mod selection;
mod shared_values;
mod sorting;
mod source;
mod visibility;

pub(super) use completion::Completion;
pub use names::GROUPS;
pub(super) use selection::selects;
pub(super) use source::GroupsSource;
