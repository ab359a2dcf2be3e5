//! The section `[id_map]`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::values::{FilePath, Integer};

/// A number of a user or a group. The lower ones belong to the system, and -1 is no number.
pub type UnixId<const DEFAULT: u32> = Integer<1000, 2_147_483_647, DEFAULT>;

/// The section `[id_map]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IdMap {
    /// The JSON file that keeps the number of each user and group, by their UUIDs in Globus. A run adds to it before it
    /// delivers an output, and never removes a number or gives it to another one. Keep it, and back it up.
    pub path: Option<FilePath>,
    /// The least number that `{{uid ID}}` gives to a user who has none yet. What the file has counts as it is.
    pub uid_min: UnixId<70_000>,
    /// The greatest one.
    pub uid_max: UnixId<99_999>,
    /// The least number that `{{gid ID}}` gives to a group that has none yet.
    pub gid_min: UnixId<70_000>,
    /// The greatest one.
    pub gid_max: UnixId<99_999>,
}
