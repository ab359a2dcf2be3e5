//! The keys of groups and memberships.

pub(super) const ID: &str = "id";
pub(super) const NAME: &str = "name";
pub(super) const PARENT: &str = "parent_id";
pub(super) const POLICIES: &str = "policies";
pub(super) const MEMBERS_VISIBILITY: &str = "group_members_visibility";

/// What the service says of the user in a group, a list.
pub(super) const MY_MEMBERSHIPS: &str = "my_memberships";
/// All memberships, a list.
pub(super) const MEMBERSHIPS: &str = "memberships";
pub(super) const ROLE: &str = "role";
pub(super) const STATUS: &str = "status";
pub(super) const IDENTITY: &str = "identity_id";
pub(super) const GROUP: &str = "group_id";

/// What a group gets here: whether its memberships are hidden, and why it could not be completed.
pub(super) const HIDDEN: &str = "hidden";
pub(super) const ERROR: &str = "error";
