//! Which groups, and what about them, as meant.

use super::written::{GroupId, Include, NameGlob, OnError, Role, SortKey, Status};

/// The section `[groups]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    /// Those of the user's own memberships; `None` is what the service takes by default.
    pub statuses: Option<Vec<Status>>,
    /// Empty is any.
    pub roles: Vec<Role>,
    pub names: Vec<NameGlob>,
    /// Empty is any.
    pub ids: Vec<GroupId>,
    pub parent: Option<GroupId>,
    pub sort: Vec<SortKey>,
    pub include: Vec<Include>,
    pub members: Members,
    pub on_error: OnError,
}

/// Which memberships a group has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members {
    /// At least one.
    pub statuses: Vec<Status>,
    /// Empty is any.
    pub roles: Vec<Role>,
    /// Whether names, emails and organizations are looked up.
    pub identities: bool,
}

impl Groups {
    /// The statuses of the user's own memberships.
    #[must_use]
    pub fn own_statuses(&self) -> &[Status] {
        self.statuses.as_deref().unwrap_or(&[Status::Active])
    }

    #[must_use]
    pub fn includes(&self, what: Include) -> bool {
        self.include.contains(&what)
    }
}

/// All groups of which the user is an active member, as the service lists them.
impl Default for Groups {
    fn default() -> Self {
        Self {
            statuses: None,
            roles: Vec::new(),
            names: Vec::new(),
            ids: Vec::new(),
            parent: None,
            sort: Vec::new(),
            include: Vec::new(),
            members: Members::default(),
            on_error: OnError::Fail,
        }
    }
}

impl Default for Members {
    fn default() -> Self {
        Self { statuses: vec![Status::Active], roles: Vec::new(), identities: false }
    }
}
