//! Which groups of the list go on.

use crate::profile::{Groups, NameGlob};
use globus_templates::value::{Object, Value};

use super::keys::{ID, MY_MEMBERSHIPS, NAME, ROLE, STATUS};

/// Whether the profile means this group, as far as the group itself says.
pub(in crate::data) fn selects(groups: &Groups, group: &Object) -> bool {
    let text = |key| group.get(key).and_then(Value::as_str).unwrap_or_default();
    let has_id = || {
        let id = text(ID);
        groups.ids.iter().any(|one| one.eq_ignore_ascii_case(id))
    };
    // Nothing is looked up for what the profile does not choose by.
    (groups.ids.is_empty() || has_id())
        && (groups.names.is_empty() || NameGlob::choose(&groups.names, text(NAME)))
        && has_role(groups, group)
}

/// Whether one of the memberships for which the list was requested has one of the roles. The list may hold others: who is
/// invited as an admin is none yet.
fn has_role(groups: &Groups, group: &Object) -> bool {
    if groups.roles.is_empty() {
        return true;
    }
    let mine = group.get(MY_MEMBERSHIPS).and_then(Value::as_list).unwrap_or_default();
    mine.iter().any(|membership| {
        let text = |key| membership.get(key).and_then(Value::as_str);
        let is_requested = groups.own_statuses().iter().any(|status| text(STATUS) == Some(status.name()));
        is_requested && groups.roles.iter().any(|role| text(ROLE) == Some(role.name()))
    })
}

/// The IDs of the profile that no group of the list has.
pub(super) fn missing_ids(groups: &Groups, seen: impl Fn(&str) -> bool) -> Vec<&str> {
    groups.ids.iter().map(|id| &**id).filter(|id| !seen(id)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::profile::{Role, Status};

    fn group(memberships: &serde_json::Value) -> Object {
        let value = Value::from(json!({
            "id": "1D6C5A9E-2f3b-4c7d-8e90-a1b2c3d4e5f6", "name": "lab-a", "my_memberships": memberships,
        }));
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_role_counts_if_the_membership_has_a_requested_status() {
        let admins = Groups { roles: vec![Role::Admin, Role::Manager], ..Groups::default() };
        let invited = Groups { statuses: Some(vec![Status::Invited]), ..admins.clone() };
        for (memberships, by_active, by_invited) in [
            (json!([{ "role": "admin", "status": "active" }]), true, false),
            (
                json!([{ "role": "member", "status": "active" }, { "role": "manager", "status": "active" }]),
                true,
                false,
            ),
            (
                json!([{ "role": "member", "status": "active" }, { "role": "admin", "status": "invited" }]),
                false,
                true,
            ),
            (json!([{ "role": "admin" }]), false, false),
            (json!([]), false, false),
            (json!(null), false, false),
            (json!([7]), false, false),
        ] {
            let group = group(&memberships);
            assert_eq!(selects(&admins, &group), by_active, "{memberships}");
            assert_eq!(selects(&invited, &group), by_invited, "{memberships}");
            assert!(selects(&Groups::default(), &group));
        }
    }

    #[test]
    fn ids_and_names_must_both_fit() {
        let id = |text: &str| text.to_owned().try_into().unwrap();
        let glob = |text: &str| NameGlob::try_from(text.to_owned()).unwrap();
        let (mine, other) = ("1d6c5a9e-2f3b-4c7d-8e90-a1b2c3d4e5f6", "00000000-0000-0000-0000-000000000000");
        let group = group(&json!([]));
        for (ids, names, expected) in [
            (vec![id(mine)], vec![], true),
            (vec![id(other), id(mine)], vec![glob("lab-*")], true),
            (vec![id(other)], vec![], false),
            (vec![id(mine)], vec![glob("x*")], false),
        ] {
            let groups = Groups { names, ids, ..Groups::default() };
            assert_eq!(selects(&groups, &group), expected);
        }
        let groups = Groups { ids: vec![id(mine), id(other)], ..Groups::default() };
        assert_eq!(missing_ids(&groups, |id| id == mine), [other]);
    }
}
