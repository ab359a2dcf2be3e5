//! Lists that a template reads besides its main one: none of them may be empty, unless the profile says so.

use std::sync::Arc;

use crate::data::{Fields, ListSource, MEMBERSHIPS, Outcomes, SourceName, Sources};
use crate::profile::Guard as Limits;

/// The lists that must have a row.
#[derive(Debug, Clone, Default)]
pub(super) struct OtherLists {
    /// Those of the profile, with their parents.
    lists: Vec<(SourceName, Option<SourceName>)>,
    memberships: bool,
}

impl OtherLists {
    /// Those of which a template reads these fields.
    pub(super) fn read_by(read: &Fields, main: &SourceName, sources: &Sources, limits: &Limits) -> Self {
        let is_watched = |name: &str| !may_be_empty(limits, name);
        let read_lists = sources
            .names()
            .filter(|name| name != main && is_watched(name.name()) && sources.reads(read, name));
        let with_parent = |name: SourceName| {
            let parent = sources.declared(name.name()).and_then(|list: &ListSource| list.parent.clone());
            (name, parent)
        };
        let memberships = read.of("groups").is_some_and(|groups| groups.of(MEMBERSHIPS).is_some());
        Self {
            lists: read_lists.map(with_parent).collect(),
            memberships: memberships && sources.includes(MEMBERSHIPS) && is_watched(MEMBERSHIPS),
        }
    }

    /// The names of those that are empty. A list below the rows of an empty one has no requests, and is not among them, nor
    /// are the memberships of no groups.
    pub(super) fn empty(&self, outcomes: &Outcomes, memberships: Option<u64>) -> Vec<Arc<str>> {
        let is_empty = |name: &SourceName| outcomes.get(name).is_none_or(|outcome| outcome.rows == 0);
        let lists = self
            .lists
            .iter()
            .filter(|(name, parent)| is_empty(name) && !parent.as_ref().is_some_and(is_empty));
        let has_groups = !is_empty(&SourceName::Groups);
        let no_memberships = self.memberships && has_groups && memberships == Some(0);
        lists
            .map(|(name, _)| name.name())
            .chain(no_memberships.then_some(MEMBERSHIPS))
            .map(Into::into)
            .collect()
    }
}

pub(super) fn may_be_empty(limits: &Limits, name: &str) -> bool {
    limits.may_be_empty.iter().any(|list| **list == *name)
}
