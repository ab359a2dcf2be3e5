//! Which sources a profile has, as far as its template has to know.

use std::sync::Arc;

use super::fields::Fields;
use super::source_name::SourceName;
use super::totals::Totals;
use crate::profile::Profile;

/// The sources of a profile: what its template can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// `None` if the profile does not fetch groups.
    pub groups: Option<GroupParts>,
    /// In the order of the profile.
    pub declared: Vec<DeclaredSource>,
}

/// What the profile fetches of each group besides what every profile gets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupParts {
    /// `include`, such as `memberships`.
    pub include: Vec<Arc<str>>,
    /// Whether memberships have names, emails and organizations.
    pub identities: bool,
}

/// A source `[data.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredSource {
    pub name: Arc<str>,
    /// The source whose rows have these rows inside, if it is a child.
    pub parent: Option<Arc<str>>,
}

/// What a group calls its members.
pub const MEMBERSHIPS: &str = "memberships";

impl Default for Sources {
    /// Those of a profile with neither `[groups]` nor `[data]`.
    fn default() -> Self {
        Self { groups: Some(GroupParts::default()), declared: Vec::new() }
    }
}

impl Sources {
    /// Those of this profile.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        let parts = profile.groups.as_ref().map_or_else(GroupParts::default, |groups| GroupParts {
            include: groups.include.iter().map(|part| part.name().into()).collect(),
            identities: groups.members.identities,
        });
        Self { groups: Some(parts), declared: Vec::new() }
    }

    /// Groups with all that can be included, `data.tasks`, `data.endpoints`, and `data.rules` inside the latter.
    #[cfg(test)]
    pub fn of_tests() -> Self {
        let declared = |name: &str, parent: Option<&str>| DeclaredSource {
            name: name.into(),
            parent: parent.map(Into::into),
        };
        let include = ["memberships", "policies", "allowed_actions", "child_ids", "membership_fields"];
        Self {
            groups: Some(GroupParts { include: include.map(Into::into).into(), identities: true }),
            declared: vec![
                declared("tasks", None),
                declared("endpoints", None),
                declared("rules", Some("endpoints")),
            ],
        }
    }

    /// Every source, `groups` first.
    pub fn names(&self) -> impl Iterator<Item = SourceName> {
        let groups = self.groups.is_some().then_some(SourceName::Groups);
        groups.into_iter().chain(self.declared.iter().map(|source| SourceName::Declared(source.name.clone())))
    }

    /// The source of this name that the profile declares.
    #[must_use]
    pub fn declared(&self, name: &str) -> Option<&DeclaredSource> {
        self.declared.iter().find(|source| *source.name == *name)
    }

    /// The first of them.
    #[must_use]
    pub fn first(&self) -> SourceName {
        self.names().next().unwrap_or(SourceName::Groups)
    }

    /// Whether rows of a source are needed if this is read of the data.
    #[must_use]
    pub fn reads(&self, data: &Fields, source: &SourceName) -> bool {
        match source {
            SourceName::Groups => data.of(Totals::NAME).is_some() || data.of("groups").is_some(),
            SourceName::Declared(name) => {
                let Some(lists) = data.of("data") else { return false };
                let line = self.line(name);
                let paths = (0..line.len()).map(|from| &line[from..]);
                paths.into_iter().any(|path| path.iter().try_fold(lists, |read, key| read.of(key)).is_some())
            }
        }
    }

    /// Where else than at its own place a list stands in the data: the keys of its ancestors and itself, outermost first.
    fn line(&self, name: &str) -> Vec<&str> {
        let mut line = Vec::new();
        let mut next = self.declared(name);
        // No longer than there are sources: a circle has no outermost.
        while let Some(source) = next.filter(|_| line.len() < self.declared.len()) {
            line.insert(0, &*source.name);
            next = source.parent.as_deref().and_then(|parent| self.declared(parent));
        }
        line
    }

    /// Whether `source` is inside the rows of `of`, or in rows of what is inside them.
    #[must_use]
    pub fn is_inside(&self, source: &SourceName, of: &SourceName) -> bool {
        match (source, of) {
            (SourceName::Declared(name), SourceName::Declared(of)) => {
                name != of && self.line(name).contains(&&**of)
            }
            _ => false,
        }
    }

    /// The source whose rows are the list at this place of the data, if there certainly is one.
    #[must_use]
    pub fn at<K: AsRef<str>>(&self, keys: &[K]) -> Option<SourceName> {
        let mut keys = keys.iter().map(AsRef::as_ref);
        match (keys.next()?, keys.next()) {
            ("groups", None) => self.groups.is_some().then_some(SourceName::Groups),
            ("data", Some(first)) => {
                let first = self.declared(first)?;
                let child = |parent: &DeclaredSource, key: &str| {
                    self.declared(key).filter(|child| child.parent.as_ref() == Some(&parent.name))
                };
                let source = keys.try_fold(first, child)?;
                Some(SourceName::Declared(source.name.clone()))
            }
            _ => None,
        }
    }

    /// Whether a list is certainly at this place of the data, or something hidden.
    pub fn is_list<K: AsRef<str>>(&self, keys: &[K]) -> bool {
        let is_memberships = || match keys {
            [groups, memberships] => {
                groups.as_ref() == "groups"
                    && memberships.as_ref() == MEMBERSHIPS
                    && self.includes(MEMBERSHIPS)
            }
            _ => false,
        };
        self.at(keys).is_some() || is_memberships()
    }

    /// Whether each group has this part.
    #[must_use]
    pub fn includes(&self, part: &str) -> bool {
        self.groups.as_ref().is_some_and(|groups| groups.include.iter().any(|name| **name == *part))
    }
}
