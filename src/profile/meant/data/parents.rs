//! Which list is whose child.

use super::super::conversion::Conversion;
use crate::diagnostic::nearest;
use crate::profile::data::DataSource;
use crate::profile::read::excerpt;

/// What a path calls the groups.
const GROUPS: &str = "groups";

/// The keys of groups, where the list of a child can't go.
const KEYS_OF_GROUPS: &[&str] = &[
    "allowed_actions",
    "child_ids",
    "description",
    "enforce_session",
    "error",
    "group_type",
    "hidden",
    "id",
    "membership_fields",
    "memberships",
    "my_memberships",
    "name",
    "parent_id",
    "policies",
    "roles",
    "session_limit",
    "session_timeouts",
    "subscription_id",
    "subscription_info",
    "terms_and_conditions",
];

/// Reports parents that are no sources, and lists that are their own descendants. `names` has also the lists with mistakes.
pub(super) fn check(
    sources: &[DataSource],
    names: &[String],
    has_groups: bool,
    conversion: &mut Conversion<'_, '_>,
) {
    for source in sources {
        let Some(parent) = source.path.parent.as_deref() else { continue };
        let key = format!("data.{}.path", source.name);
        if parent == GROUPS {
            if !has_groups {
                let message = "`groups` are not fetched by a profile with `[data.NAME]`";
                conversion.refuse(&key, message, "add the section `[groups]`, which may be empty");
            } else if KEYS_OF_GROUPS.contains(&&*source.name) {
                let message =
                    format!("groups have a `{}` of their own, where this list would go", source.name);
                let help = format!("give `[data.{}]` another name", source.name);
                conversion.refuse(&key, message, help);
            }
        } else if !names.iter().any(|name| name == parent) {
            let message = format!("there is no list `[data.{}]`", excerpt(parent));
            let known = names.iter().map(String::as_str).filter(|name| *name != &*source.name);
            let help = match nearest(parent, known.chain([GROUPS])) {
                Some(near) => format!("did you mean `{{{near}.…}}`?"),
                None => format!("declare it, or write the ID itself instead of `{{{}.…}}`", excerpt(parent)),
            };
            conversion.refuse(&key, message, help);
        } else if let Some(circle) = circle(sources, source) {
            conversion.refuse(
                &key,
                format!("`[data.{}]` is its own parent: {}", source.name, circle.join(" > ")),
                "the path of one of them must not name another one",
            );
        }
    }
}

/// The way from a list up to itself, if there is one. Of each circle only its first list is told, and none that leads to it.
fn circle<'s>(sources: &'s [DataSource], source: &'s DataSource) -> Option<Vec<&'s str>> {
    let place = |name: &str| sources.iter().position(|source| *source.name == *name);
    let start = place(&source.name)?;
    let mut way = vec![&*source.name];
    let mut at = source;
    loop {
        let next = place(at.path.parent.as_deref()?)?;
        way.push(&sources[next].name);
        if next == start {
            return Some(way);
        }
        if next < start || way.len() > sources.len() {
            return None;
        }
        at = &sources[next];
    }
}
