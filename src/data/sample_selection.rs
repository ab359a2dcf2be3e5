//! Built-in groups for a profile that selects some: they pass, whatever names and IDs it asks for.

use super::groups::selects;
use crate::profile::{Groups, NameGlob};
use globus_templates::value::{Object, Value};

/// The groups that this profile selects. If there are none, they get what it selects by.
pub(super) fn selected(groups: Vec<Value>, wanted: &Groups) -> Vec<Value> {
    let passes = |group: &Value| group.as_object().is_some_and(|group| passes(group, wanted));
    let (fit, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(passes);
    if !fit.is_empty() {
        return fit;
    }
    let count = if wanted.ids.is_empty() { others.len() } else { wanted.ids.len() };
    let made = others.iter().cycle().take(count.max(1)).enumerate();
    let made = made.filter_map(|(at, group)| Some(Value::from(fitted(group.as_object()?, at, wanted))));
    made.filter(passes).collect()
}

fn passes(group: &Object, wanted: &Groups) -> bool {
    let mine = group.get("my_memberships").and_then(Value::as_list).unwrap_or_default();
    let status = |membership: &Value| membership.get("status").and_then(Value::as_str).map(str::to_owned);
    let has_status = || {
        let own = wanted.own_statuses().iter();
        own.map(|status| status.name()).any(|name| mine.iter().filter_map(status).any(|one| one == name))
    };
    let is_below = |parent: &str| {
        let is = |key: &str| group.get(key).and_then(Value::as_str) == Some(parent);
        is("id") || is("parent_id")
    };
    selects(wanted, group) && has_status() && wanted.parent.as_ref().is_none_or(|parent| is_below(parent))
}

/// The group with what the profile selects by.
fn fitted(group: &Object, at: usize, wanted: &Groups) -> Object {
    let mut fitted = group.clone();
    if let Some(id) = wanted.ids.get(at) {
        fitted = fitted.with("id", (**id).into());
    }
    if let Some(parent) = &wanted.parent {
        let key = if at == 0 && wanted.ids.is_empty() { "id" } else { "parent_id" };
        fitted = fitted.with(key, (**parent).into());
    }
    let name = group.get("name").and_then(Value::as_str).unwrap_or_default();
    if let Some(name) = NameGlob::example(&wanted.names, name) {
        fitted = fitted.with("name", name.as_str().into());
    }
    let status = wanted.own_statuses().first().map_or("active", |status| status.name());
    let role = wanted.roles.first().map(|role| role.name());
    let mine = group.get("my_memberships").and_then(Value::as_list).unwrap_or_default();
    let mine = mine.iter().map(|membership| {
        let Value::Object(membership) = membership else { return membership.clone() };
        let membership = membership.with("status", status.into());
        role.map_or(membership.clone(), |role| membership.with("role", role.into())).into()
    });
    let fitted = fitted.with("my_memberships", mine.collect());
    role.map_or(fitted.clone(), |role| fitted.with("roles", [Value::from(role)].into_iter().collect()))
}
