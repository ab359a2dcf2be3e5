//! The groups that the user is an active member of.

use super::names::GROUPS;
use crate::Result;
use crate::data::fetch::ListRequest;
use crate::data::fields::Fields;
use crate::data::read::RowReader;
use crate::data::row_kind::RowKind;
use crate::data::source::Source;
use crate::data::totals::Totals;
use crate::data::value::{Object, Value};
use crate::globus::environment::Services;
use crate::globus::service_name::ServiceName;

/// What the service says of the user in a group, a list.
const MEMBERSHIPS: &str = "my_memberships";
/// What the user is in a group, by one membership.
const ROLE: &str = "role";
/// What is added to a group: all roles.
const ROLES: &str = "roles";

/// The groups, each with every key that the service sent, and `roles`.
#[derive(Debug)]
pub struct GroupsSource {
    kind: RowKind,
    needed: Fields,
}

impl GroupsSource {
    /// The groups of a template that reads this of the data.
    pub fn new(data: &Fields) -> Self {
        Self { kind: RowKind::groups(), needed: needed(data) }
    }
}

impl Source for GroupsSource {
    fn kind(&self) -> &RowKind {
        &self.kind
    }

    fn list(&self, services: &Services) -> Result<ListRequest> {
        let service = services.service(ServiceName::Groups)?;
        Ok(ListRequest { service, path: "v2/groups/my_groups".to_owned() })
    }

    fn needed(&self) -> &Fields {
        &self.needed
    }

    fn reader(&self) -> RowReader {
        reader(&self.needed)
    }

    fn complete(&self, row: Object, read: &Fields) -> Result<Object, String> {
        complete(row, read)
    }
}

/// What is needed of a group if this is read of the data.
fn needed(data: &Fields) -> Fields {
    let mut group = data.of(GROUPS.name).cloned().unwrap_or(Fields::NONE);
    for key in [GROUPS.key, GROUPS.label] {
        group.add(&[key], Fields::All);
    }
    if data.of(Totals::NAME).is_some() {
        for path in Totals::FIELDS {
            group.add(path, Fields::All);
        }
    }
    group
}

/// Reads roles where the memberships have them, if those are not needed themselves.
fn reader(needed: &Fields) -> RowReader {
    let mut read = needed.clone();
    if needed.of(ROLES).is_some() && needed.of(MEMBERSHIPS).is_some() {
        read.add(&[MEMBERSHIPS, ROLE], Fields::All);
        return RowReader::new(&read);
    }
    RowReader::new(&read).taking(ROLES, MEMBERSHIPS, ROLE)
}

/// Checks a group, and adds `roles`: the roles of the user's memberships, sorted and unique. A user has one membership in a
/// group for each linked identity.
pub fn complete(group: Object, needed: &Fields) -> Result<Object, String> {
    for key in [GROUPS.key, GROUPS.label] {
        if group.get(key).and_then(Value::as_str).is_none() {
            return Err(format!("has no `{key}` that is text"));
        }
    }
    if needed.of(ROLES).is_none() {
        return Ok(group);
    }
    let list = |key| group.get(key).and_then(Value::as_list);
    let mut roles: Vec<Value> = if needed.of(MEMBERSHIPS).is_some() {
        let memberships = list(MEMBERSHIPS).unwrap_or_default().iter();
        memberships.filter_map(|membership| membership.get(ROLE)).cloned().collect()
    } else {
        match list(ROLES) {
            Some(roles) if are_done(roles) => return Ok(group),
            roles => roles.unwrap_or_default().into(),
        }
    };
    roles.retain(|role| role.as_str().is_some());
    roles.sort_unstable_by(|one, other| one.as_str().cmp(&other.as_str()));
    roles.dedup();
    Ok(group.with(ROLES, roles.into()))
}

/// Whether these are texts, sorted and unique.
fn are_done(roles: &[Value]) -> bool {
    roles.iter().all(|role| role.as_str().is_some())
        && roles.is_sorted_by(|one, other| one.as_str() < other.as_str())
}
