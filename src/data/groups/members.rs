//! The memberships of a group, and whether all of them came.

use std::collections::HashMap;

use super::keys::{ROLE, STATUS};
use crate::data::value::Value;
use crate::profile::{Members, Role, Status};

/// Whether the profile means this membership.
pub(super) fn selects(members: &Members, membership: &Value) -> bool {
    let text = |key| membership.get(key).and_then(Value::as_str);
    let has_role = |role: &Role| text(ROLE) == Some(role.name());
    let has_status = |status: &Status| text(STATUS) == Some(status.name());
    members.statuses.iter().any(has_status)
        && (members.roles.is_empty() || members.roles.iter().any(has_role))
}

/// How many memberships each group has by status, as the service counts them. It counts those of groups that the user
/// manages.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Counts(HashMap<Box<str>, [Option<u64>; Status::ALL.len()]>);

/// So many memberships of a status were sent, and the service counts others.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    pub status: Status,
    pub counted: u64,
    pub sent: u64,
}

impl Counts {
    /// Reads `{GROUP: {STATUS: COUNT}}`. What has another form says nothing.
    pub(super) fn read(response: &[u8]) -> Self {
        let response: HashMap<Box<str>, HashMap<Box<str>, serde_json::Value>> =
            serde_json::from_slice(response).unwrap_or_default();
        let counts = response.into_iter().map(|(group, counts)| {
            let count = |status: Status| counts.get(status.name()).and_then(serde_json::Value::as_u64);
            (group, Status::ALL.map(count))
        });
        Self(counts.collect())
    }

    /// The first status of which other memberships came than the service counts.
    pub(super) fn difference(&self, group: &str, memberships: &[Value]) -> Option<Difference> {
        let counts = self.0.get(group)?;
        let mut sent = [0; Status::ALL.len()];
        for membership in memberships {
            let status = membership.get(STATUS).and_then(Value::as_str);
            if let Some(at) = Status::ALL.iter().position(|one| status == Some(one.name())) {
                sent[at] += 1;
            }
        }
        let all = Status::ALL.into_iter().zip(counts).zip(sent);
        all.filter_map(|((status, counted), sent)| Some(Difference { status, counted: (*counted)?, sent }))
            .find(|difference| difference.counted != difference.sent)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn memberships(written: &[(&str, &str)]) -> Vec<Value> {
        written.iter().map(|(role, status)| json!({ "role": role, "status": status }).into()).collect()
    }

    #[test]
    fn memberships_are_selected_by_status_and_role() {
        let all = memberships(&[("admin", "active"), ("member", "active"), ("admin", "removed"), ("x", "y")]);
        let chosen = |members: &Members| -> Vec<bool> {
            all.iter().map(|membership| selects(members, membership)).collect()
        };
        assert_eq!(chosen(&Members::default()), [true, true, false, false]);
        let admins = Members { roles: vec![Role::Admin], ..Members::default() };
        assert_eq!(chosen(&admins), [true, false, false, false]);
        let all_admins = Members { statuses: Status::ALL.into(), ..admins };
        assert_eq!(chosen(&all_admins), [true, false, true, false]);
    }

    #[test]
    fn what_came_is_compared_with_what_the_service_counts() {
        let counts = Counts::read(
            json!({ "1": { "active": 2, "invited": 0, "new": 7 }, "2": { "active": "x" }, "3": {} })
                .to_string()
                .as_bytes(),
        );
        let (two, one) = (
            memberships(&[("admin", "active"), ("member", "active"), ("x", "left")]),
            memberships(&[("admin", "active")]),
        );
        assert_eq!(counts.difference("1", &two), None);
        let difference = Difference { status: Status::Active, counted: 2, sent: 1 };
        assert_eq!(counts.difference("1", &one), Some(difference));
        let invited = memberships(&[("m", "active"), ("m", "active"), ("m", "invited")]);
        assert_eq!(counts.difference("1", &invited).map(|one| one.status), Some(Status::Invited));
        for group in ["2", "3", "4"] {
            assert_eq!(counts.difference(group, &one), None);
        }
        for other in ["", "[]", "{\"1\":7}", "null"] {
            assert_eq!(Counts::read(other.as_bytes()), Counts::default());
        }
    }
}
