//! Which sources a profile has, as far as its template has to know.

use std::sync::Arc;

use super::source_name::SourceName;
use super::totals::Totals;
use crate::profile::{OnError, Profile};
use globus_templates::value::Fields;

/// The sources of a profile: what its template can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// `None` if the profile does not fetch groups.
    pub groups: Option<GroupParts>,
    /// In the order of the profile.
    pub declared: Vec<ListSource>,
}

/// What the profile fetches of each group besides what every profile gets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupParts {
    /// `include`, such as `memberships`.
    pub include: Vec<Arc<str>>,
    /// Whether memberships have names, emails and organizations.
    pub identities: bool,
    /// Whether a group that the service does not give out stays, with an `error`.
    pub keeps_errors: bool,
    /// Only groups in which the user has one of these roles; empty for all.
    pub roles: Vec<&'static str>,
}

/// A source `[data.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSource {
    pub name: Arc<str>,
    /// The source whose rows have these rows inside, if it is a child.
    pub parent: Option<SourceName>,
}

/// What a group calls its members.
pub const MEMBERSHIPS: &str = "memberships";
/// What a group calls the user's own memberships.
pub const MY_MEMBERSHIPS: &str = "my_memberships";
/// What a template calls what has changed since the last delivered run.
pub const CHANGES: &str = "changes";
/// What a group has beside them: whether they are hidden.
pub const HIDDEN: &str = "hidden";

/// Whether rows that came, went or changed are here: of the first list, or of another one by its name.
fn is_of_changes<K: AsRef<str>>(keys: &[K]) -> bool {
    let keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
    match keys[..] {
        [CHANGES, kind] | [CHANGES, "lists", _, kind] => ["added", "removed", "changed"].contains(&kind),
        _ => false,
    }
}

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
            keeps_errors: groups.on_error == OnError::Keep,
            roles: groups.roles.iter().map(|role| role.name()).collect(),
        });
        let declared = profile.data.iter().map(|source| ListSource {
            name: source.name.clone(),
            parent: source.path.parent.as_ref().map(SourceName::named),
        });
        Self { groups: profile.has_groups().then_some(parts), declared: declared.collect() }
    }

    /// Groups with all that can be included, `data.tasks`, `data.endpoints`, and `data.rules` inside the latter.
    #[cfg(test)]
    pub fn of_tests() -> Self {
        let declared = |name: &str, parent: Option<&str>| ListSource {
            name: name.into(),
            parent: parent.map(|parent| SourceName::Declared(parent.into())),
        };
        let include = ["memberships", "policies", "allowed_actions", "child_ids", "membership_fields"];
        Self {
            groups: Some(GroupParts {
                include: include.map(Into::into).into(),
                identities: true,
                keeps_errors: false,
                roles: Vec::new(),
            }),
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
    pub fn declared(&self, name: &str) -> Option<&ListSource> {
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
        let totals = *source == SourceName::Groups && data.of(Totals::NAME).is_some();
        totals
            || self
                .places(source)
                .iter()
                .any(|place| place.iter().try_fold(data, |read, key| read.of(key)).is_some())
    }

    /// The keys that lead to the rows of a source in the data: at its own place, and in the rows of those around it.
    fn places<'s>(&'s self, source: &'s SourceName) -> Vec<Vec<&'s str>> {
        let line = self.line(source);
        let place = |from: usize| {
            let mut keys = line[from].keys();
            keys.extend(line[from + 1..].iter().map(|inside| inside.name()));
            keys
        };
        (0..line.len()).map(place).collect()
    }

    /// A source and those around it, outermost first.
    fn line<'s>(&'s self, source: &'s SourceName) -> Vec<&'s SourceName> {
        let mut line = vec![source];
        // No longer than there are sources: a circle has no outermost.
        while let Some(parent) =
            line.first().and_then(|first| self.parent(first)).filter(|_| line.len() <= self.declared.len())
        {
            line.insert(0, parent);
        }
        line
    }

    fn parent(&self, source: &SourceName) -> Option<&SourceName> {
        match source {
            SourceName::Groups => None,
            SourceName::Declared(name) => self.declared(name)?.parent.as_ref(),
        }
    }

    /// Whether `source` is inside the rows of `of`, or in rows of what is inside them.
    #[must_use]
    pub fn is_inside(&self, source: &SourceName, of: &SourceName) -> bool {
        source != of && self.line(source).contains(&of)
    }

    /// The sources that have a list in each row of this one.
    pub fn children<'s>(&'s self, of: &'s SourceName) -> impl Iterator<Item = &'s ListSource> {
        self.declared.iter().filter(move |child| child.parent.as_ref() == Some(of))
    }

    /// The source whose rows are the list at this place of the data, if there certainly is one.
    #[must_use]
    pub fn at<K: AsRef<str>>(&self, keys: &[K]) -> Option<SourceName> {
        let mut keys = keys.iter().map(AsRef::as_ref);
        let first = match keys.next()? {
            "groups" => self.groups.is_some().then_some(SourceName::Groups)?,
            "data" => SourceName::Declared(self.declared(keys.next()?)?.name.clone()),
            _ => return None,
        };
        keys.try_fold(first, |parent, key| {
            let child = self.children(&parent).find(|child| *child.name == *key)?;
            Some(SourceName::Declared(child.name.clone()))
        })
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
        self.at(keys).is_some() || is_memberships() || is_of_changes(keys)
    }

    /// Whether each group has this part.
    #[must_use]
    pub fn includes(&self, part: &str) -> bool {
        self.groups.as_ref().is_some_and(|groups| groups.include.iter().any(|name| **name == *part))
    }
}
