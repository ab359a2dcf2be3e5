//! The section `[groups]`.

use super::conversion::Conversion;
use crate::profile::groups::{Groups, Members};
use crate::profile::written::{self, Include, Status};

pub(super) fn convert(written: written::Groups, conversion: &mut Conversion<'_, '_>) -> Groups {
    let written::Groups { statuses, roles, names, ids, parent, sort, include, members, on_error } = written;
    let groups = Groups {
        statuses: statuses_of(statuses, "groups.statuses", conversion),
        roles,
        names,
        ids,
        parent,
        sort,
        include,
        members: members_of(members, conversion),
        on_error,
    };
    if !groups.includes(Include::Memberships) && conversion.is_written("groups.members") {
        conversion.refuse_key(
            "groups.members",
            "`groups.members` is about memberships, which `groups.include` does not name",
            "add `include = [\"memberships\"]` under `[groups]`",
        );
    }
    groups
}

fn members_of(written: written::Members, conversion: &mut Conversion<'_, '_>) -> Members {
    let written::Members { statuses, roles, identities } = written;
    Members { statuses: statuses_of(statuses, "groups.members.statuses", conversion), roles, identities }
}

fn statuses_of(written: Option<Vec<Status>>, key: &str, conversion: &mut Conversion<'_, '_>) -> Vec<Status> {
    let statuses = written.unwrap_or_else(|| vec![Status::Active]);
    let names_none = conversion.entry(key).is_some_and(|entry| entry.elements().next().is_none());
    if statuses.is_empty() && names_none {
        let all = Status::ALL.map(|status| format!("`{}`", status.name())).join(", ");
        conversion.refuse(
            key,
            format!("`{key}` names no status"),
            format!("remove it for `active`, or name some of {all}"),
        );
    }
    statuses
}
