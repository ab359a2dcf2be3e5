//! Groups and memberships as the service describes them.

use serde_json::{Value, json};

use crate::data::{Data, Group, Membership, ROLES, STATUSES};

/// A group. The keys of the data win over the defaults here.
pub(super) fn group(data: &Data, group: &Group, mine: &[&Membership]) -> Value {
    let mut value = json!({
        "id": group.id,
        "name": group.name,
        "description": null,
        "parent_id": null,
        "group_type": "regular",
        "enforce_session": false,
        "session_limit": 28_800,
        "session_timeouts": {},
        "my_memberships": memberships(data, group, mine.iter().copied()),
        "policies": policies(group),
        "subscription_id": null,
        "subscription_info": null,
    });
    for (key, given) in group.keys.iter().filter(|(key, _)| *key != "policies") {
        value[key] = given.clone();
    }
    value
}

pub(super) fn memberships<'m>(
    data: &Data,
    group: &Group,
    memberships: impl IntoIterator<Item = &'m Membership>,
) -> Value {
    let document = |one: &Membership| {
        json!({
            "group_id": group.id,
            "identity_id": data.identity_of(&one.username),
            "username": one.username,
            "role": one.role,
            "status": one.status,
            "membership_fields": one.fields,
        })
    };
    memberships.into_iter().map(document).collect()
}

/// The policies. The keys of the data win over the defaults here.
pub(super) fn policies(group: &Group) -> Value {
    let mut policies = json!({
        "group_visibility": "private",
        "group_members_visibility": "managers",
        "is_high_assurance": false,
        "join_requests": false,
        "signup_fields": [],
        "authentication_assurance_timeout": 28_800,
    });
    for (key, given) in group.keys.get("policies").and_then(Value::as_object).into_iter().flatten() {
        policies[key] = given.clone();
    }
    policies
}

/// How many memberships have each status.
pub(super) fn status_counts(group: &Group) -> Value {
    let count = |status: &str| group.memberships.iter().filter(|one| one.status == status).count();
    STATUSES.iter().map(|status| ((*status).to_owned(), Value::from(count(status)))).collect()
}

/// The IDs of the groups directly below.
pub(super) fn child_ids(data: &Data, group: &Group) -> Value {
    let is_child = |child: &&Group| child.keys.get("parent_id").and_then(Value::as_str) == Some(&group.id);
    data.groups.iter().filter(is_child).map(|child| child.id.as_str()).collect()
}

/// Which identities of the caller may do what in the group.
pub(super) fn allowed_actions<'i>(
    group: &Group,
    mine: &[&Membership],
    identities: impl Iterator<Item = (&'i str, &'i str)>,
) -> Value {
    let identities: Vec<_> = identities.collect();
    let of = |may: &dyn Fn(Option<&Membership>) -> bool| -> Value {
        let membership = |username: &str| mine.iter().find(|one| one.username == username).copied();
        identities.iter().filter(|(_, username)| may(membership(username))).map(|(id, _)| *id).collect()
    };
    let has_role = |one: Option<&Membership>, roles: &[&str]| {
        one.is_some_and(|one| one.status == "active" && roles.contains(&one.role.as_str()))
    };
    let admin = of(&|one| has_role(one, &["admin"]));
    let manager = of(&|one| has_role(one, &["admin", "manager"]));
    let invited = of(&|one| one.is_some_and(|one| one.status == "invited"));
    let may_ask = policies(group)["join_requests"] == true;
    json!({
        "accept": invited,
        "add": manager,
        "approve": manager,
        "change_role": admin,
        "decline": invited,
        "invite": manager,
        "join": [],
        "leave": of(&|one| has_role(one, &ROLES)),
        "reject": manager,
        "remove": manager,
        "request_join": of(&|one| may_ask && one.is_none()),
    })
}
