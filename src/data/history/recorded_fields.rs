//! What a record has besides what a template reads.

use crate::data::source_name::SourceName;
use crate::data::sources::{CHANGES, MEMBERSHIPS, MY_MEMBERSHIPS, Sources};
use crate::profile::Profile;
use globus_templates::value::Fields;

/// Adds what a comparison shows of groups, if they are fetched with these fields anyway. It takes no request.
pub fn add_recorded_fields(read: &mut Fields, main: &SourceName, profile: &Profile) {
    let groups = SourceName::Groups.name();
    let of_groups = read.of(groups);
    if of_groups.is_none() && *main != SourceName::Groups {
        return;
    }
    let has_memberships = of_groups.is_some_and(|read| read.of(MEMBERSHIPS).is_some());
    read.add(&[groups, "roles"], Fields::All);
    // With one status alone, a group whose own membership gets another one comes or goes.
    if profile.groups.as_ref().is_some_and(|groups| groups.own_statuses().len() > 1) {
        read.add(&[groups, MY_MEMBERSHIPS, "status"], Fields::All);
    }
    if has_memberships {
        for key in ["identity_id", "username", "role", "status"] {
            read.add(&[groups, MEMBERSHIPS, key], Fields::All);
        }
    }
}

/// Adds what a template reads of rows that came or went, which is there only if it is fetched.
pub fn add_fields_of_changes(read: &mut Fields, sources: &Sources) {
    let Some(changes) = read.of(CHANGES).cloned() else { return };
    let first = sources.first();
    for source in sources.names() {
        let own = changes.of("lists").and_then(|lists| lists.of(source.name()));
        let of_source = own.into_iter().chain((source == first).then_some(&changes));
        for rows in of_source.flat_map(|changes| ["added", "removed"].map(|kind| changes.of(kind))).flatten()
        {
            read.add(&source.keys(), rows.clone());
        }
    }
}
