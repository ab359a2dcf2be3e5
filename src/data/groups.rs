//! The groups that the user is an active member of.

use serde_json::Value;

use super::rows::Row;
use super::source::RowSource;
use crate::globus::api::groups_service;

/// The groups, each with every key that the service sent, and `roles`.
pub const GROUPS: RowSource = RowSource {
    name: "groups",
    row_name: "group",
    key: "id",
    label: "name",
    service: |services| groups_service(&services.groups),
    path: "v2/groups/my_groups",
    complete: with_roles,
};

/// Adds `roles`: the roles of the user's memberships, sorted and unique. A user has one membership in a group for each
/// linked identity.
pub fn with_roles(mut group: Row) -> Result<Row, String> {
    for key in ["id", "name"] {
        if !group.get(key).is_some_and(Value::is_string) {
            return Err(format!("has no `{key}` that is text"));
        }
    }
    let memberships = group.get("my_memberships").and_then(Value::as_array).into_iter().flatten();
    let mut roles: Vec<String> =
        memberships.filter_map(|membership| Some(membership.get("role")?.as_str()?.to_owned())).collect();
    roles.sort_unstable();
    roles.dedup();
    group.insert("roles".to_owned(), roles.into());
    Ok(group)
}
