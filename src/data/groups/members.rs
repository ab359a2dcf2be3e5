//! The memberships of a group, and whether all of them came.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::keys::{GROUP, IDENTITY, ROLE, STATUS};
use crate::profile::{Members, Role, Status};
use globus_templates::value::Value;

/// Whether the profile means this membership.
pub(super) fn selects(members: &Members, membership: &Value) -> bool {
    let text = |key| membership.get(key).and_then(Value::as_str);
    let has_role = |role: &Role| text(ROLE) == Some(role.name());
    let has_status = |status: &Status| text(STATUS) == Some(status.name());
    members.statuses.iter().any(has_status)
        && (members.roles.is_empty() || members.roles.iter().any(has_role))
}

/// Checks that these can be the memberships of the group: each one of another identity. The error says what is wrong.
pub(super) fn check(group: &str, members: &Members, memberships: &[Value]) -> Result<(), String> {
    let mut identities = HashSet::with_capacity(memberships.len());
    for membership in memberships {
        let text = |key| membership.get(key).and_then(Value::as_str);
        let needed = [IDENTITY, STATUS].into_iter().chain((!members.roles.is_empty()).then_some(ROLE));
        if let Some(key) = needed.into_iter().find(|key| text(key).is_none()) {
            return Err(format!("a membership has no `{key}` that is text"));
        }
        if membership.get(GROUP).is_some() && !text(GROUP).is_some_and(|id| id.eq_ignore_ascii_case(group)) {
            return Err("a membership is one of another group".to_owned());
        }
        if let Some(identity) = text(IDENTITY).filter(|identity| !identities.insert(*identity)) {
            return Err(format!("the identity {identity} is in it twice"));
        }
    }
    Ok(())
}

/// Whether the user's own active memberships, of which the list of groups tells, are among these.
pub(super) fn has_own(mine: &[Value], memberships: &[Value]) -> bool {
    fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
        value.get(key).and_then(Value::as_str)
    }
    let is_active = |one: &&Value| text(one, STATUS) == Some(Status::Active.name());
    mine.iter().filter(is_active).all(|own| match text(own, IDENTITY) {
        Some(own) => {
            memberships.iter().any(|one| text(one, IDENTITY).is_some_and(|id| id.eq_ignore_ascii_case(own)))
        }
        None => memberships.iter().any(|one| is_active(&one)),
    })
}

/// How many memberships each group has by status, as the service counts them. It counts those of groups that the user
/// manages.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub(super) struct Counts(HashMap<GroupKey, Count>);

/// The ID of a group. There may be ten thousand of them.
#[derive(Debug, PartialEq, Eq, Hash)]
enum GroupKey {
    Uuid(Uuid),
    Other(Box<str>),
}

impl From<&str> for GroupKey {
    fn from(id: &str) -> Self {
        Uuid::try_parse(id).map_or_else(|_| Self::Other(id.into()), Self::Uuid)
    }
}

impl<'de> Deserialize<'de> for GroupKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer).map(|id| Self::from(&*id))
    }
}

/// How many memberships a group has, of the statuses that are counted.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Count {
    #[serde(deserialize_with = "number")]
    active: Option<u32>,
    #[serde(deserialize_with = "number")]
    declined: Option<u32>,
    #[serde(deserialize_with = "number")]
    invited: Option<u32>,
    #[serde(deserialize_with = "number")]
    left: Option<u32>,
    #[serde(deserialize_with = "number")]
    pending: Option<u32>,
    #[serde(deserialize_with = "number")]
    rejected: Option<u32>,
    #[serde(deserialize_with = "number")]
    removed: Option<u32>,
}

impl Count {
    fn of(&self, status: Status) -> Option<u32> {
        match status {
            Status::Active => self.active,
            Status::Declined => self.declined,
            Status::Invited => self.invited,
            Status::Left => self.left,
            Status::Pending => self.pending,
            Status::Rejected => self.rejected,
            Status::Removed => self.removed,
        }
    }
}

/// A count that is there is a number, and never null.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    u32::deserialize(deserializer).map(Some)
}

/// So many memberships of a status were sent, and the service counts others.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    pub status: Status,
    pub counted: u32,
    pub sent: u32,
}

impl Counts {
    /// Reads `{GROUP: {STATUS: COUNT}}`.
    pub(super) fn read(response: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(response)
    }

    /// The first status of which other memberships came than the service counts. A group that it does not count has none.
    pub(super) fn difference(&self, group: &str, memberships: &[Value]) -> Option<Difference> {
        let counts = self.0.get(&GroupKey::from(group))?;
        let mut sent = [0; Status::ALL.len()];
        for membership in memberships {
            let status = membership.get(STATUS).and_then(Value::as_str);
            if let Some(at) = Status::ALL.iter().position(|one| status == Some(one.name())) {
                sent[at] += 1;
            }
        }
        let all = Status::ALL.into_iter().zip(sent);
        all.filter_map(|(status, sent)| Some(Difference { status, counted: counts.of(status)?, sent }))
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
        let read = |counts: serde_json::Value| Counts::read(counts.to_string().as_bytes());
        let counts = read(json!({ "1": { "active": 2, "invited": 0, "new": 7 }, "3": {} })).unwrap();
        let (two, one) = (
            memberships(&[("admin", "active"), ("member", "active"), ("x", "left")]),
            memberships(&[("admin", "active")]),
        );
        assert_eq!(counts.difference("1", &two), None);
        let difference = Difference { status: Status::Active, counted: 2, sent: 1 };
        assert_eq!(counts.difference("1", &one), Some(difference));
        let invited = memberships(&[("m", "active"), ("m", "active"), ("m", "invited")]);
        assert_eq!(counts.difference("1", &invited).map(|one| one.status), Some(Status::Invited));
        for group in ["3", "4"] {
            assert_eq!(counts.difference(group, &one), None);
        }
        for other in [
            json!([]),
            json!(null),
            json!({ "1": 7 }),
            json!({ "1": { "active": "2" } }),
            json!({ "1": { "active": null } }),
            json!({ "1": { "active": -1 } }),
            json!({ "1": { "active": 1.5 } }),
        ] {
            assert!(read(other.clone()).is_err(), "{other}");
        }
    }

    #[test]
    fn ones_own_active_memberships_are_among_all() {
        let one = |identity: &str, status: &str| json!({ "identity_id": identity, "status": status }).into();
        let all: Vec<Value> = vec![one("a", "active"), one("b", "left")];
        for (mine, expected) in [
            (vec![], true),
            (vec![one("A", "active")], true),
            // The status may have changed since.
            (vec![one("b", "active")], true),
            (vec![one("c", "active")], false),
            (vec![one("a", "active"), one("c", "active")], false),
            (vec![one("c", "invited")], true),
            (vec![json!({ "status": "active" }).into()], true),
        ] {
            assert_eq!(has_own(&mine, &all), expected, "{mine:?}");
        }
        assert!(!has_own(&[json!({ "status": "active" }).into()], &[]));
    }

    #[test]
    fn memberships_are_those_of_one_group_and_each_of_another_identity() {
        let one = |identity: &str, group: &str| json!({ "identity_id": identity, "group_id": group, "status": "active" });
        let checked = |memberships: &[serde_json::Value], members: &Members| {
            let memberships: Vec<Value> = memberships.iter().cloned().map(Value::from).collect();
            check("g", members, &memberships).err()
        };
        let (any, admins) = (Members::default(), Members { roles: vec![Role::Admin], ..Members::default() });
        assert_eq!(checked(&[one("a", "g"), one("b", "G")], &any), None);
        for (memberships, members, why) in [
            (vec![one("a", "g"), one("a", "g")], &any, "the identity a is in it twice"),
            (vec![one("a", "h")], &any, "a membership is one of another group"),
            (vec![json!(7)], &any, "a membership has no `identity_id` that is text"),
            (vec![json!({ "identity_id": "a" })], &any, "a membership has no `status` that is text"),
            (vec![one("a", "g")], &admins, "a membership has no `role` that is text"),
        ] {
            assert_eq!(checked(&memberships, members).as_deref(), Some(why));
        }
    }
}
