//! What a group gets once it has been read.

use super::keys::{MY_MEMBERSHIPS, ROLE};
use super::names::GROUPS;
use globus_templates::value::{Fields, Place};
use globus_templates::value::{Object, Value};

/// What is added to a group: all roles.
pub(super) const ROLES: &str = "roles";

/// Checks groups, and adds `roles`: the roles of the user's memberships, sorted and unique. A user has one membership in a
/// group for each linked identity.
#[derive(Debug)]
pub struct Completion {
    roles: Roles,
    /// Where groups have their key, their label, and what their roles are made of.
    places: [Place; 3],
}

/// What the roles of a group are made of.
#[derive(Debug)]
enum Roles {
    /// They are not needed.
    None,
    /// They have been read where the memberships have them.
    Read,
    /// The memberships.
    Memberships,
}

impl Completion {
    /// For groups of which this was read.
    pub fn of(read: &Fields) -> Self {
        let roles = match (read.of(ROLES), read.of(MY_MEMBERSHIPS)) {
            (None, _) => Roles::None,
            (Some(_), None) => Roles::Read,
            (Some(_), Some(_)) => Roles::Memberships,
        };
        Self { roles, places: Default::default() }
    }

    pub fn complete(&self, group: Object) -> Result<Object, String> {
        let [id, name, list] = &self.places;
        for (key, place) in [(GROUPS.key, id), (GROUPS.label, name)] {
            if group.get_near(key, place).and_then(Value::as_str).is_none() {
                return Err(format!("has no `{key}` that is text"));
            }
        }
        let list = |key| group.get_near(key, list).and_then(Value::as_list);
        let mut roles: Vec<Value> = match &self.roles {
            Roles::None => return Ok(group),
            Roles::Read => match list(ROLES) {
                Some(roles) if are_done(roles) => return Ok(group),
                roles => roles.unwrap_or_default().into(),
            },
            Roles::Memberships => {
                let memberships = list(MY_MEMBERSHIPS).unwrap_or_default().iter();
                memberships.filter_map(|membership| membership.get(ROLE)).cloned().collect()
            }
        };
        roles.retain(|role| role.as_str().is_some());
        roles.sort_unstable_by(|one, other| one.as_str().cmp(&other.as_str()));
        roles.dedup();
        Ok(group.with(ROLES, roles.into()))
    }
}

/// Whether these are texts, sorted and unique.
fn are_done(roles: &[Value]) -> bool {
    roles.iter().all(|role| role.as_str().is_some())
        && roles.is_sorted_by(|one, other| one.as_str() < other.as_str())
}
