//! A source that is fetched, with the sources below it.

use crate::data::first_names::Place;
use crate::data::source::Source;
use crate::data::source_name::SourceName;
use crate::profile::PathTemplate;

/// A source, and those that are requested for each of its rows.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) source: Box<dyn Source>,
    /// Of a child.
    pub(super) link: Option<ParentLink>,
    pub(super) children: Vec<Self>,
}

impl Node {
    pub(super) fn root(source: Box<dyn Source>, children: Vec<Self>) -> Self {
        Self { source, link: None, children }
    }

    /// The source of this name, if it is here or below.
    pub(super) fn find(&self, name: &SourceName) -> Option<&Self> {
        if self.source.kind().source == *name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }
}

/// For which row of the parent a list is; empty without a parent.
#[derive(Debug, Default)]
pub(super) struct ListOf {
    /// Such as `` for `x` of `data.endpoints` ``, after a space.
    pub(super) label: String,
    pub(super) place: Place,
}

/// What a child needs of a row of its parent.
#[derive(Debug)]
pub(super) struct ParentLink {
    pub(super) path: PathTemplate,
    /// The keys that each row gets.
    pub(super) include: Vec<String>,
    /// The statuses of refusals that leave out the list.
    pub(super) skipped: Vec<u16>,
}
