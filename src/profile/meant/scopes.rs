//! The scopes that are requested: those of the profile, or what it needs.

use std::collections::HashSet;

use super::conversion::Conversion;
use crate::globus::scope::{self, Scope, covers};
use crate::globus::service_name::ServiceName;
use crate::profile::data::DataSource;
use crate::profile::groups::Groups;
use crate::profile::read::excerpt;

/// What the scopes of Globus Groups begin with.
const GROUPS_SCOPES: &str = "urn:globus:auth:scope:groups.api.globus.org:";

/// A scope that a profile needs.
struct Needed {
    scope: Scope,
    /// What needs it, as in `[data.tasks]`.
    by: String,
    /// Whether any other scope of Globus Groups is enough too.
    is_any_of_groups: bool,
}

/// The scopes as written, or all that are needed. Written ones have to be enough.
pub(super) fn convert(
    written: Option<Vec<String>>,
    has_groups: bool,
    groups: Option<&Groups>,
    data: &[DataSource],
    conversion: &mut Conversion<'_, '_>,
) -> Vec<Scope> {
    let needed = needed(has_groups, groups, data);
    let Some(written) = written else {
        let mut scopes = Vec::new();
        for needed in needed {
            scope::merge(&mut scopes, &[needed.scope]);
        }
        return scopes;
    };
    let (scopes, are_right) = parse(&written, conversion);
    if are_right {
        check(&scopes, &needed, conversion);
    }
    scopes
}

fn needed(has_groups: bool, groups: Option<&Groups>, data: &[DataSource]) -> Vec<Needed> {
    let of_service = |service: ServiceName, by: &str, is_any_of_groups| {
        let scope = Scope::parse(service.scope("")).ok()?;
        Some(Needed { scope, by: by.to_owned(), is_any_of_groups })
    };
    let lists_only = groups.is_none_or(|groups| groups.include.is_empty());
    let of_groups = has_groups.then(|| of_service(ServiceName::Groups, "`groups`", lists_only));
    let has_identities = groups.is_some_and(|groups| groups.members.identities);
    let of_people = has_identities.then(|| of_service(ServiceName::Auth, "`identities = true`", false));
    let of_data = data.iter().map(|source| Needed {
        scope: source.scope.clone(),
        by: format!("`[data.{}]`", source.name),
        is_any_of_groups: false,
    });
    [of_groups, of_people].into_iter().flatten().flatten().chain(of_data).collect()
}

/// The scopes as written, and whether all of them are right.
fn parse(written: &[String], conversion: &mut Conversion<'_, '_>) -> (Vec<Scope>, bool) {
    // An element of another type has been reported, and is not among those written.
    let elements: Vec<_> =
        conversion.entry("scopes").into_iter().flat_map(|entry| entry.elements()).collect();
    let strings = elements.iter().filter(|element| element.as_str().is_some());
    let mut scopes: Vec<Scope> = Vec::new();
    let mut seen = HashSet::new();
    for (text, element) in written.iter().zip(strings) {
        match Scope::parse(text) {
            Err(bad) => {
                conversion.report.error(conversion.report.inside(element, text, &bad.at), bad.message);
            }
            Ok(scope) if seen.insert(scope.name.clone()) => scopes.push(scope),
            Ok(scope) => {
                let message = format!("the scope `{}` is there twice", excerpt(&scope.name));
                conversion.report.error(element.span.clone(), message);
            }
        }
    }
    if elements.is_empty() {
        conversion.refuse(
            "scopes",
            "`scopes` is empty",
            "remove it for what the profile needs, or name at least one",
        );
    }
    let are_right = !elements.is_empty() && scopes.len() == elements.len();
    (scopes, are_right)
}

/// Reports what no written scope covers.
fn check(scopes: &[Scope], needed: &[Needed], conversion: &mut Conversion<'_, '_>) {
    let mut told = HashSet::new();
    for Needed { scope, by, is_any_of_groups } in needed {
        let is_enough = |held: &Scope| {
            covers(&held.name, &scope.name) || *is_any_of_groups && held.name.starts_with(GROUPS_SCOPES)
        };
        if !scopes.iter().any(is_enough) && told.insert(&scope.name) {
            conversion.refuse(
                "scopes",
                format!("`scopes` lacks the scope that {by} needs"),
                format!("add \"{}\", or remove `scopes`: they are then what the profile needs", scope.name),
            );
        }
    }
}
