//! The section `[groups]`.

use super::conversion::Conversion;
use crate::profile::groups::{Groups, Members};
use crate::profile::written::{self, Include, Status};

pub(super) fn convert(written: written::Groups, conversion: &mut Conversion<'_, '_>) -> Groups {
    let written::Groups { statuses, roles, names, ids, parent, sort, include, members, on_error } = written;
    let groups = Groups {
        statuses: check_statuses(statuses, "groups.statuses", conversion),
        roles,
        names,
        ids,
        parent,
        sort,
        include,
        members: members_of(members, conversion),
        on_error,
    };
    for (key, what) in [
        ("groups.roles", "role"),
        ("groups.names", "name"),
        ("groups.ids", "ID"),
        ("groups.members.roles", "role"),
    ] {
        refuse_empty(key, what, conversion);
    }
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
    let statuses = check_statuses(statuses, "groups.members.statuses", conversion);
    Members { statuses: statuses.unwrap_or_else(|| vec![Status::Active]), roles, identities }
}

/// An empty list is a mistake: it means neither all nor none. One whose every element is wrong has been reported.
fn check_statuses(
    statuses: Option<Vec<Status>>,
    key: &str,
    conversion: &mut Conversion<'_, '_>,
) -> Option<Vec<Status>> {
    if statuses.as_ref().is_some_and(Vec::is_empty) && is_empty(key, conversion) {
        let all = Status::ALL.map(|status| format!("`{}`", status.name())).join(", ");
        conversion.refuse(
            key,
            format!("`{key}` names no status"),
            format!("remove it for `active`, or name some of {all}"),
        );
    }
    statuses
}

/// Reports a list without elements: whether it means all or none, only its writer knows.
fn refuse_empty(key: &str, what: &str, conversion: &mut Conversion<'_, '_>) {
    if is_empty(key, conversion) {
        conversion.refuse(key, format!("`{key}` names no {what}"), "remove it for any, or name some");
    }
}

fn is_empty(key: &str, conversion: &Conversion<'_, '_>) -> bool {
    conversion.entry(key).is_some_and(|entry| entry.to_json().as_array().is_some_and(Vec::is_empty))
}
