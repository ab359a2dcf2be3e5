//! The keys of groups and memberships.

pub(super) use crate::data::sources::{HIDDEN, MEMBERSHIPS, MY_MEMBERSHIPS};

pub(super) const ID: &str = "id";
pub(super) const NAME: &str = "name";
pub(super) const PARENT: &str = "parent_id";
pub(super) const POLICIES: &str = "policies";
pub(super) const MEMBERS_VISIBILITY: &str = "group_members_visibility";

pub(super) const ROLE: &str = "role";
pub(super) const STATUS: &str = "status";
pub(super) const IDENTITY: &str = "identity_id";
pub(super) const GROUP: &str = "group_id";

/// What a group gets here: why it could not be completed.
pub(super) const ERROR: &str = "error";
