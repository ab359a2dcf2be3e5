//! The top of the file.

use std::collections::HashSet;

use super::conversion::Conversion;
use super::{auth, groups, guard, id_map as numbers, storage, template};
use crate::catalog::Origin;
use crate::globus::scope::Scope;
use crate::profile::model::Profile;
use crate::profile::read::excerpt;
use crate::profile::written::{Tag, WrittenProfile};

/// What the scopes of Globus Groups begin with.
const GROUPS_SCOPES: &str = "urn:globus:auth:scope:groups.api.globus.org:";

/// The profile without its name, origin and bases; none if something required is missing or wrong.
pub fn convert(written: WrittenProfile, conversion: &mut Conversion<'_, '_>) -> Option<Profile> {
    let WrittenProfile {
        extends: _,
        description,
        tags,
        client_id,
        scopes,
        storage,
        template,
        auth,
        groups,
        vars,
        escaping,
        output,
        id_map,
        http,
        environment,
    } = written;
    let tags = check_tags(tags, conversion);
    let scopes = scopes.map(|scopes| parse_scopes(&scopes, conversion));
    let storage = storage.and_then(|storage| storage::convert(&storage, conversion));
    let template = template.and_then(|template| template::convert(&template, conversion));
    let auth = auth::convert(auth, conversion);
    let groups = groups.map(|groups| groups::convert(groups, conversion));
    let guard = guard::convert(output.guard, output.path.is_some(), conversion);
    let id_map = numbers::convert(&id_map, conversion);
    Some(Profile {
        name: String::new(),
        origin: Origin::Embedded,
        bases: Vec::new(),
        description,
        tags,
        client_id: client_id?.0,
        scopes: scopes?,
        storage: storage?,
        template: template?,
        template_place: conversion.place("template")?,
        auth: auth?,
        groups,
        vars: vars.0,
        escaping,
        output,
        guard,
        id_map,
        http,
        environment,
    })
}

fn check_tags(written: Vec<Tag>, conversion: &mut Conversion<'_, '_>) -> Vec<String> {
    let mut seen = HashSet::new();
    for element in conversion.entry("tags").into_iter().flat_map(|entry| entry.elements()) {
        if let Some(tag) = element.as_str()
            && !seen.insert(tag)
        {
            conversion.report.error(element.span, format!("the tag `{}` is there twice", excerpt(tag)));
        }
    }
    written.into_iter().map(|Tag(tag)| tag).collect()
}

fn parse_scopes(written: &[String], conversion: &mut Conversion<'_, '_>) -> Vec<Scope> {
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
        conversion.refuse("scopes", "`scopes` is empty", "name at least one scope");
    } else if scopes.len() == elements.len()
        && !scopes.iter().any(|scope| scope.name.starts_with(GROUPS_SCOPES))
    {
        conversion.refuse(
            "scopes",
            "`scopes` has no scope of Globus Groups, which every run asks",
            format!("such as \"{GROUPS_SCOPES}view_my_groups_and_memberships\""),
        );
    }
    scopes
}
