//! Sections that are reserved for a later version: a mistake in them is reported, then they are refused.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// The section `[groups]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only their names are needed")]
pub struct Groups {
    statuses: Option<IgnoredAny>,
    roles: Option<IgnoredAny>,
    names: Option<IgnoredAny>,
    ids: Option<IgnoredAny>,
    include: Option<IgnoredAny>,
    sort: Option<IgnoredAny>,
}
