//! What groups are called.

use super::keys::{ID, NAME};

/// What the groups are called in the data of a template, and their fields that tell one from another.
#[derive(Debug)]
pub struct GroupsNames {
    pub name: &'static str,
    pub key: &'static str,
    pub label: &'static str,
}

pub const GROUPS: GroupsNames = GroupsNames { name: "groups", key: ID, label: NAME };
