//! The section `[groups]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::{GroupId, NameGlob, SortKey};

/// Which groups, in which order, and what about them.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Groups {
    /// The groups in which a membership of yours has one of these statuses: `active`, `declined`, `invited`, `left`,
    /// `pending`, `rejected`, `removed`. By default `active`.
    #[schemars(length(min = 1), example = ["active", "invited"])]
    pub statuses: Option<Vec<Status>>,
    /// The groups in which you have one of these roles: `member`, `manager`, `admin`. By default any.
    #[schemars(length(min = 1), extend("examples" = [["admin", "manager"]]))]
    pub roles: Vec<Role>,
    /// The groups whose name one of these globs matches, and none that begins with `!`. Their order does not matter, and
    /// with `!` globs alone every other name matches. `*` is any text, `?` one character, `[abc]` or `[a-z]` one of them,
    /// `[!a-z]` any other. Case matters. By default every name.
    #[schemars(length(min = 1), extend("examples" = [["lab-*", "!*-test"]]))]
    pub names: Vec<NameGlob>,
    /// The groups with these IDs. One that is not among your groups is an error; see `on_error`. By default every ID.
    #[schemars(length(min = 1))]
    pub ids: Vec<GroupId>,
    /// The group with this ID, if it is yours, and your groups at any depth below it. If there are none and it is not
    /// there, that is an error; see `on_error`.
    pub parent: Option<GroupId>,
    /// The fields to sort by, the first one first; `-` before one sorts the other way, and dots reach inside, as in
    /// `policies.group_visibility`. Values compare as with the helper `sort`, and groups without the field come last. By
    /// default the order is that of the response.
    #[schemars(extend("examples" = [["name", "-created"]]))]
    pub sort: Vec<SortKey>,
    /// What else to get of each group: `memberships`, `policies`, `allowed_actions`, `child_ids`, `membership_fields`. Only
    /// what the template reads is requested.
    #[schemars(extend("examples" = [["memberships"]]))]
    pub include: Vec<Include>,
    /// Which memberships a group has, if `include` names them.
    pub members: Members,
    /// What a group means that Globus Groups does not give out: one that is gone, or one that you may not see (404, 403).
    pub on_error: OnError,
}

/// Which memberships.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Members {
    /// Memberships with one of these statuses. By default `active`.
    #[schemars(length(min = 1), example = ["active", "invited"])]
    pub statuses: Option<Vec<Status>>,
    /// Memberships with one of these roles. By default any.
    #[schemars(length(min = 1), extend("examples" = [["admin", "manager"]]))]
    pub roles: Vec<Role>,
    /// Whether to look up `name`, `email` and `organization` of the people at Globus Auth. It needs the scope
    /// `urn:globus:auth:scope:auth.globus.org:view_identities`.
    pub identities: bool,
}

/// The status of a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename_all = "snake_case")]
pub enum Status {
    Active,
    Declined,
    Invited,
    Left,
    Pending,
    Rejected,
    Removed,
}

/// A role in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Member,
    Manager,
    Admin,
}

/// What a group has besides what the list says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Include {
    Memberships,
    Policies,
    AllowedActions,
    ChildIds,
    MembershipFields,
}

/// What a group means that the service does not give out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// The run fails, and the output stays as it was.
    #[default]
    Fail,
    /// The group stays, with an `error` that templates can read, and a warning names it.
    Keep,
}

impl Status {
    pub const ALL: [Self; 7] = [
        Self::Active,
        Self::Declined,
        Self::Invited,
        Self::Left,
        Self::Pending,
        Self::Rejected,
        Self::Removed,
    ];

    /// As the service calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Declined => "declined",
            Self::Invited => "invited",
            Self::Left => "left",
            Self::Pending => "pending",
            Self::Rejected => "rejected",
            Self::Removed => "removed",
        }
    }
}

impl Role {
    /// As the service calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Manager => "manager",
            Self::Admin => "admin",
        }
    }
}

impl Include {
    /// The key of a group, as the service and templates call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Memberships => "memberships",
            Self::Policies => "policies",
            Self::AllowedActions => "allowed_actions",
            Self::ChildIds => "child_ids",
            Self::MembershipFields => "membership_fields",
        }
    }
}
