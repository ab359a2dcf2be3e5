//! Built-in rows, as a run of a profile in the sandbox would have them.

use super::built_in::BuiltIn;
use super::hidden::Hidden;
use super::sources::{HIDDEN, MEMBERSHIPS, Sources};
use super::value::{Object, Value};
use crate::Result;

/// What a membership has if the profile asks for identities.
const IDENTITY: [&str; 3] = ["name", "email", "organization"];

/// Built-in groups with what the profile includes.
pub(super) fn groups(groups: Vec<Value>, set: BuiltIn, sources: &Sources) -> Result<Vec<Value>> {
    let Some(wanted) = sources.groups.as_ref().filter(|groups| !groups.include.is_empty()) else {
        return Ok(groups);
    };
    let parts: Value = set.parts()?;
    let with_parts = |group: Value| {
        let (Value::Object(group), Some(parts)) = (&group, part_of(&parts, &group)) else { return group };
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
    Ok(groups.into_iter().map(with_parts).collect())
}

fn part_of<'p>(parts: &'p Value, group: &Value) -> Option<&'p Object> {
    parts.get(group.get("id")?.as_str()?)?.as_object()
}

fn memberships(group: &Object, parts: &Object, identities: bool) -> Value {
    let Some(Value::List(all)) = parts.get(MEMBERSHIPS) else {
        let label = group.get("name").and_then(Value::as_str).unwrap_or_default();
        return Hidden::memberships(label).into();
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
