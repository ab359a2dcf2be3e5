//! Globus Groups: what it knows, and who may see it.

use std::sync::{Arc, Mutex};

use globus_loopback::Bytes;
use globus_loopback::http::HeaderMap;
use serde_json::Value;

use super::documents;
use super::error::GroupsError;
use crate::auth::{Auth, AuthError, Principal, Requirements};
use crate::data::{Data, Group, Membership};
use crate::lock::lock;

const RESOURCE_SERVER: &str = "groups.api.globus.org";

#[derive(Debug)]
pub(crate) struct Groups {
    auth: Arc<Auth>,
    pub(super) data: Arc<Data>,
    /// The body of the response to `my_groups`, if a test has set one.
    fixed_list: Mutex<Option<Bytes>>,
    requirements: Mutex<Option<Requirements>>,
}

impl Groups {
    pub(crate) fn new(auth: Arc<Auth>) -> Self {
        let data = Arc::clone(&auth.data);
        Self { auth, data, fixed_list: Mutex::default(), requirements: Mutex::default() }
    }

    /// Sets the response to `my_groups`; with `None` it comes from the data.
    pub(crate) fn set_my_groups(&self, groups: Option<Vec<Value>>) {
        *lock(&self.fixed_list) = groups.map(|groups| Value::Array(groups).to_string().into());
    }

    pub(super) fn my_groups(&self) -> Option<Bytes> {
        lock(&self.fixed_list).clone()
    }

    /// Sets what every login must meet.
    pub(crate) fn set_requirements(&self, requirements: Option<Requirements>) {
        *lock(&self.requirements) = requirements;
    }

    /// Who sent a request. The token must have one of these scopes and come from a login that meets the
    /// requirements.
    pub(super) fn caller(&self, headers: &HeaderMap, scopes: &[&str]) -> Result<Principal, GroupsError> {
        let token = self.auth.authorize(headers, RESOURCE_SERVER, scopes)?;
        if let Some(requirements) = lock(&self.requirements).as_ref()
            && !self.auth.meets(&token, requirements)
        {
            return Err(GroupsError::LoginRequired(requirements.body()));
        }
        Ok(self.auth.principal(&token).ok_or_else(AuthError::unauthorized)?)
    }

    /// The group with this ID, if the caller may see it.
    pub(super) fn visible(&self, id: &str, caller: &Principal) -> Result<&Group, GroupsError> {
        let group = self.data.groups.iter().find(|group| group.id == id);
        let group = group.filter(|group| is_visible(group, caller));
        Ok(group.ok_or_else(|| AuthError::not_found("No group with this ID can be seen"))?)
    }
}

/// Whether anybody may see the group, or the caller is in it, has been invited or waits for approval.
fn is_visible(group: &Group, caller: &Principal) -> bool {
    let is_in = |one: &Membership| ["active", "invited", "pending"].contains(&one.status.as_str());
    documents::policies(group)["group_visibility"] == "authenticated"
        || memberships_of(group, caller).any(is_in)
}

/// All memberships of the group. Only its active members may see them, and by its policy perhaps only those of them who
/// manage it.
pub(super) fn visible_memberships<'g>(
    group: &'g Group,
    caller: &Principal,
) -> Result<&'g [Membership], GroupsError> {
    let to_members = documents::policies(group)["group_members_visibility"] == "members";
    let may_see = |one: &Membership| one.status == "active" && (to_members || one.role != "member");
    if memberships_of(group, caller).any(may_see) {
        return Ok(&group.memberships);
    }
    Err(AuthError::forbidden("The members of this group can't be seen").into())
}

/// The memberships of all identities of a principal.
pub(super) fn memberships_of<'g>(
    group: &'g Group,
    principal: &Principal,
) -> impl Iterator<Item = &'g Membership> {
    group
        .memberships
        .iter()
        .filter(|one| principal.identities().any(|(_, username)| username == one.username))
}
