//! The section `[id_map]`.

use super::conversion::Conversion;
use crate::profile::model::{IdMapSettings, NumberRange};
use crate::profile::written;

/// `None` without the section.
pub(super) fn convert(
    written: &written::IdMap,
    conversion: &mut Conversion<'_, '_>,
) -> Option<IdMapSettings> {
    let written::IdMap { path, uid_min, uid_max, gid_min, gid_max } = written;
    let users = NumberRange { min: uid_min.get(), max: uid_max.get() };
    let groups = NumberRange { min: gid_min.get(), max: gid_max.get() };
    for (kind, range) in [("uid", users), ("gid", groups)] {
        if range.min > range.max {
            let key = if conversion.entry(&format!("id_map.{kind}_max")).is_some() { "max" } else { "min" };
            conversion.refuse(
                &format!("id_map.{kind}_{key}"),
                format!("`id_map.{kind}_min` is {}, and `{kind}_max` is {}", range.min, range.max),
                "no number is in between",
            );
        }
    }
    let Some(path) = path else {
        if conversion.entry("id_map").is_some() {
            conversion.refuse(
                "id_map",
                "`[id_map]` has no `path`",
                "such as path = \"ids.json\", beside the profile",
            );
        }
        return None;
    };
    Some(IdMapSettings { path: path.to_path_buf(), users, groups })
}
