//! Groups and memberships as the service sends them.

use serde_json::{Value, json};

use super::data::{Group, Membership};
use super::state::Shared;

/// A group as the service sends it. What the data says wins over what is made up here.
pub(super) fn described(shared: &Shared, group: &Group, mine: &[&Membership]) -> Value {
    let mut value = json!({
        "id": group.id,
        "name": group.name,
        "description": null,
        "parent_id": null,
        "group_type": "regular",
        "enforce_session": false,
        "session_limit": 28_800,
        "session_timeouts": {},
        "my_memberships": mine.iter().map(|one| membership(shared, group, one)).collect::<Vec<_>>(),
        "policies": policies(group),
        "subscription_id": null,
        "subscription_info": null,
    });
    for (key, given) in &group.keys {
        value[key] = given.clone();
    }
    value
}

pub(super) fn membership(shared: &Shared, group: &Group, one: &Membership) -> Value {
    json!({
        "group_id": group.id,
        "identity_id": shared.data.identity_of(&one.username),
        "username": one.username,
        "role": one.role,
        "status": one.status,
        "membership_fields": one.fields,
    })
}

pub(super) fn policies(group: &Group) -> Value {
    group.keys.get("policies").cloned().unwrap_or_else(|| {
        json!({
            "group_visibility": "private",
            "group_members_visibility": "managers",
            "is_high_assurance": false,
            "join_requests": false,
            "signup_fields": [],
            "authentication_assurance_timeout": null,
        })
    })
}

pub(super) fn children<'s>(shared: &'s Shared, group: &'s Group) -> impl Iterator<Item = Value> {
    let parent = |child: &Group| child.keys.get("parent_id").and_then(Value::as_str).map(str::to_owned);
    shared
        .data
        .groups
        .iter()
        .filter(move |child| parent(child).as_deref() == Some(group.id.as_str()))
        .map(|child| child.id.as_str().into())
}

pub(super) fn allowed_actions(mine: &[&Membership]) -> Value {
    let holds = |role: &str| mine.iter().any(|one| one.status == "active" && one.role == role);
    if holds("admin") {
        json!([
            "add",
            "approve",
            "change_role",
            "decline",
            "delete",
            "invite",
            "leave",
            "reject",
            "remove",
            "update"
        ])
    } else if holds("manager") {
        json!(["add", "approve", "decline", "invite", "leave", "reject", "remove"])
    } else {
        json!(["leave"])
    }
}
