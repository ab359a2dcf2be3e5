//! Built-in rows, as a run of a profile in the sandbox would have them.

use super::built_in::BuiltIn;
use super::lists::Lists;
use super::sample_selection::selected;
use super::source_name::SourceName;
use super::sources::{HIDDEN, MEMBERSHIPS, Sources};
use crate::Result;
use crate::profile::{DataSource, PathPart, Profile};
use globus_templates::value::Hidden;
use globus_templates::value::inside;
use globus_templates::value::{Object, Value};

/// What a membership has if the profile asks for identities.
const IDENTITY: [&str; 3] = ["name", "email", "organization"];

/// Built-in groups that the profile selects, with what it includes.
pub(super) fn groups(groups: Vec<Value>, set: BuiltIn, profile: &Profile) -> Result<Vec<Value>> {
    let sources = &Sources::of(profile);
    let includes = sources.groups.as_ref().filter(|groups| !groups.include.is_empty());
    // Their ids, before a selection changes them.
    let parts: Value = if includes.is_some() { set.parts()? } else { Value::Null };
    let with_parts = |group: Value| {
        let (Some(wanted), Value::Object(group), Some(parts)) = (includes, &group, part_of(&parts, &group))
        else {
            return group;
        };
        let mut group = group.clone();
        if sources.includes(MEMBERSHIPS) {
            group = group.with_all([
                (MEMBERSHIPS, memberships(&group, parts, wanted.identities)),
                (HIDDEN, parts.get(HIDDEN).cloned().unwrap_or_default()),
            ]);
        }
        for part in ["allowed_actions", "child_ids", "membership_fields"] {
            if sources.includes(part) {
                group = group.with(part, parts.get(part).cloned().unwrap_or_default());
            }
        }
        if wanted.keeps_errors {
            group = group.with("error", Value::Null);
        }
        group.into()
    };
    let groups = groups.into_iter().map(with_parts).collect();
    Ok(match &profile.groups {
        Some(wanted) => selected(groups, wanted),
        None => groups,
    })
}

fn part_of<'p>(parts: &'p Value, group: &Value) -> Option<&'p Object> {
    parts.get(group.get("id")?.as_str()?)?.as_object()
}

fn memberships(group: &Object, parts: &Object, identities: bool) -> Value {
    let Some(Value::List(all)) = parts.get(MEMBERSHIPS) else {
        let label = group.get("name").and_then(Value::as_str).unwrap_or_default();
        return Hidden::sample_memberships(label).into();
    };
    let selected = |membership: &Value| match membership.as_object() {
        Some(membership) if !identities => {
            let keys = membership.iter().filter(|(key, _)| !IDENTITY.contains(&&***key));
            Value::Object(keys.map(|(key, value)| (key.clone(), value.clone())).collect())
        }
        _ => membership.clone(),
    };
    all.iter().map(selected).collect()
}

/// Keys whose values people write.
const WRITTEN: [&str; 12] = [
    "label",
    "display_name",
    "title",
    "subtitle",
    "description",
    "name",
    "path",
    "subject",
    "flow_title",
    "source_path",
    "destination_path",
    "username",
];

/// The lists that a profile declares, where they are known.
pub(super) struct DeclaredLists<'p> {
    profile: &'p Profile,
    /// By the path that serves them.
    known: Object,
    lists: Lists,
    /// Whether the rows of each list are known.
    pub(super) are_known: bool,
}

impl<'p> DeclaredLists<'p> {
    pub(super) fn of(profile: &'p Profile, set: BuiltIn, groups: &[Value]) -> Result<Self> {
        let mut known = BuiltIn::lists()?;
        if set == BuiltIn::Hostile {
            let mut names = groups.iter().filter_map(|group| group.get("name")).cycle();
            let rewritten = known.iter().map(|(path, rows)| (path.clone(), rewritten(rows, &mut names)));
            known = rewritten.collect();
        }
        Ok(Self { profile, known, lists: Lists::default(), are_known: true })
    }

    /// All lists: groups with those below them, and the others.
    pub(super) fn with_groups(mut self, groups: Vec<Value>) -> (Lists, bool) {
        let groups = groups.into_iter().map(|row| self.with_children(row, "groups")).collect();
        self.lists.insert(SourceName::Groups, groups);
        let profile = self.profile;
        for source in profile.data.iter().filter(|source| source.path.parent.is_none()) {
            let rows = self.rows(source, &source.path.without_keys());
            self.add(source, &rows);
        }
        // Those of which no row of a parent asks for any.
        for source in &profile.data {
            self.add(source, &[]);
        }
        (self.lists, self.are_known)
    }

    fn add(&mut self, source: &DataSource, rows: &[Value]) {
        let name = SourceName::Declared(source.name.clone());
        let before = self.lists.get(&name).unwrap_or_default();
        let all = before.iter().chain(rows).cloned().collect();
        self.lists.insert(name, all);
    }

    /// The rows at a path, each with the lists below it.
    fn rows(&mut self, source: &DataSource, path: &str) -> Vec<Value> {
        let path = format!("/{}", path.trim_start_matches('/'));
        let exact = self.known.get(&path).cloned();
        let other =
            || self.known.iter().find(|(other, _)| is_like(&path, other)).map(|(_, rows)| rows.clone());
        let found = match (exact, &source.path.parent) {
            (Some(rows), _) => Some(rows),
            (None, None) => other(),
            // What another row has is of no use here.
            (None, Some(_)) => other().map(|_| Value::from(Vec::new())),
        };
        self.are_known &= found.is_some();
        let rows = found.as_ref().and_then(Value::as_list).unwrap_or_default().to_vec();
        rows.into_iter().map(|row| self.with_children(row, &source.name)).collect()
    }

    fn with_children(&mut self, row: Value, parent: &str) -> Value {
        let Value::Object(row) = row else { return row };
        let profile = self.profile;
        let children = profile.data.iter().filter(|child| child.path.parent.as_deref() == Some(parent));
        let with = |whole: Object, child: &'p DataSource| {
            let parts = child.path.parts.iter().map(|part| match part {
                PathPart::Text(text) => text.clone(),
                PathPart::Key(key) => inside(&Value::Object(row.clone()), key)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned(),
            });
            let path: String = parts.collect();
            let included = |below: Value| {
                let Value::Object(below) = below else { return below };
                let keys = child.include_from_parent.iter();
                let with_key = |below: Object, key: &String| {
                    below.with(&format!("_{parent}_{key}"), row.get(key).cloned().unwrap_or_default())
                };
                keys.fold(below, with_key).into()
            };
            let rows: Vec<Value> = self.rows(child, &path).into_iter().map(included).collect();
            self.add(child, &rows);
            whole.with(&child.name, rows.into())
        };
        children.fold(row.clone(), with).into()
    }
}

/// Whether two paths differ in identifiers alone.
fn is_like(path: &str, other: &str) -> bool {
    let is_id = |part: &str| uuid::Uuid::try_parse(part).is_ok();
    let (mut parts, mut others) = (path.split('/'), other.split('/'));
    others.all(|other| parts.next().is_some_and(|part| part == other || is_id(other)))
        && parts.next().is_none()
}

/// The value with other texts where people write them.
fn rewritten<'n>(value: &Value, names: &mut impl Iterator<Item = &'n Value>) -> Value {
    match value {
        Value::List(list) => list.iter().map(|value| rewritten(value, names)).collect(),
        Value::Object(object) => {
            let entry = |(key, value): (&globus_templates::value::Key, &Value)| {
                let is_written = WRITTEN.contains(&&**key) && value.as_str().is_some();
                let other = if is_written { names.next().cloned() } else { None };
                (key.clone(), other.unwrap_or_else(|| rewritten(value, names)))
            };
            Value::Object(object.iter().map(entry).collect())
        }
        other => other.clone(),
    }
}
