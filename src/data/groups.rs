//! The groups that the user is an active member of.

use super::fields::Fields;
use super::source::RowSource;
use super::totals::Totals;
use super::value::{Object, Value};
use crate::globus::api::groups_service;

/// What the service says of the user in a group, a list.
const MEMBERSHIPS: &str = "my_memberships";
/// What is added to a group.
const ROLES: &str = "roles";

/// The groups, each with every key that the service sent, and `roles`.
pub const GROUPS: RowSource = RowSource {
    name: "groups",
    row_name: "group",
    key: "id",
    label: "name",
    service: |services| groups_service(&services.groups),
    path: "v2/groups/my_groups",
    needed,
    sent,
    complete,
};

/// What is needed of a group if this is read of the data.
fn needed(data: &Fields) -> Fields {
    let mut group = data.of(GROUPS.name).cloned().unwrap_or(Fields::NONE);
    for key in [GROUPS.key, GROUPS.label] {
        group.add(&[key], Fields::All);
    }
    if data.of(Totals::NAME).is_some() {
        Totals::FIELDS.iter().for_each(|path| group.add(path, Fields::All));
    }
    group
}

/// What the service sends of what is needed.
fn sent(needed: &Fields) -> Fields {
    let mut group = needed.clone();
    if needed.of(ROLES).is_some() {
        group.add(&[MEMBERSHIPS, "role"], Fields::All);
    }
    group
}

/// Adds `roles`: the roles of the user's memberships, sorted and unique. A user has one membership in a group for each
/// linked identity. What is not needed goes.
pub(super) fn complete(group: &Object, needed: &Fields) -> Result<Object, String> {
    for key in [GROUPS.key, GROUPS.label] {
        if group.get(key).and_then(Value::as_str).is_none() {
            return Err(format!("has no `{key}` that is text"));
        }
    }
    let mut completed = group.clone();
    if needed.of(MEMBERSHIPS).is_none() {
        completed = completed.without(MEMBERSHIPS);
    }
    if needed.of(ROLES).is_some() {
        completed = completed.with(ROLES, roles(group));
    }
    Ok(completed)
}

fn roles(group: &Object) -> Value {
    let memberships = group.get(MEMBERSHIPS).and_then(Value::as_list).unwrap_or_default();
    let roles = memberships.iter().filter_map(|membership| membership.get("role"));
    let mut roles: Vec<Value> = roles.filter(|role| role.as_str().is_some()).cloned().collect();
    roles.sort_unstable_by(|one, other| one.as_str().cmp(&other.as_str()));
    roles.dedup();
    roles.into()
}
