//! One section `[data.NAME]`.

use std::collections::HashSet;

use super::super::conversion::Conversion;
use super::paginator;
use super::path::{self, is_key, is_name};
use crate::diagnostic::nearest;
use crate::globus::api::{KNOWN_LISTS, KnownList, ListMethod, Paginator, Place};
use crate::globus::scope::Scope;
use crate::globus::service_name::{ServiceName, service_of_scope};
use crate::profile::data::{DataService, DataSource, PathTemplate, may_be_skipped};
use crate::profile::read::excerpt;
use crate::profile::written::{self, OnStatus, OnStatuses, Truncated};

/// The list of this name; none if a part of it is wrong.
pub(super) fn convert(
    name: &str,
    written: written::DataSource,
    conversion: &mut Conversion<'_, '_>,
) -> Option<DataSource> {
    if !is_usable(name, conversion) {
        return None;
    }
    let section = format!("data.{name}");
    let written::DataSource {
        service,
        base_url,
        scope,
        path,
        params,
        json,
        items,
        paginator,
        on_status,
        include_from_parent,
        truncated,
        primary_key,
    } = written;
    let path = path_of(&section, path, conversion);
    let service = service_of(&section, service, base_url, conversion);
    let text = conversion.text(&format!("{section}.path"));
    let known = match (&service, text) {
        (Some(DataService::Globus(service)), Some(text)) => KnownList::find(*service, text),
        _ => None,
    };
    let json = json_of(&section, json.map(|json| json.0), known, conversion);
    let place = if json.is_some() { Place::Body } else { Place::Query };
    let paginator = match (&service, &path) {
        (Some(service), Some(_)) if known.is_some() || !is_misspelt(&section, service, conversion) => {
            paginator::convert(&section, paginator, known, place, conversion)
        }
        // How the list is paged is not known.
        _ => None,
    };
    if let Some(paginator) = &paginator {
        paginator::check_paths(&section, paginator, conversion);
        let has_items = items.is_some() || known.is_some_and(|known| known.items.is_some());
        paginator::check_beside(&section, paginator, has_items, conversion);
        check_parameters(&section, paginator, &params.0, conversion);
    }
    let scope = scope_of(&section, scope.as_deref(), service.as_ref(), text, conversion);
    if items.as_deref().is_some_and(|items| !is_key(items)) {
        let key = format!("{section}.items");
        conversion.refuse(
            &key,
            format!("`{key}` is not a dotted path"),
            "such as \"DATA\" or \"result.rows\"",
        );
    }
    let path = path?;
    let skipped = skipped(&section, on_status, &path, conversion);
    check_include(&section, &include_from_parent, &path, conversion);
    Some(DataSource {
        name: name.into(),
        service: service?,
        scope: scope?,
        path,
        params: params.0,
        json,
        items: items.or_else(|| known.and_then(|known| known.items).map(str::to_owned)),
        paginator: paginator?,
        skipped,
        include_from_parent,
        keeps_cut: truncated == Truncated::Keep,
        key: primary_key.unwrap_or_else(|| known.map_or("id", |known| known.key).to_owned()),
    })
}

/// Whether a template can name the list.
fn is_usable(name: &str, conversion: &mut Conversion<'_, '_>) -> bool {
    let (message, help) = if !is_name(name) {
        let message = format!("`{}` can't be the name of a list", excerpt(name));
        (message, "letters, digits and `_` make a name that a template can write as `data.NAME`")
    } else if name == "groups" {
        let message = "a list can't be called `groups`, which is what the groups are called".to_owned();
        (message, "choose another name, such as `all_groups`; the section `[groups]` is about your groups")
    } else {
        return true;
    };
    let entry = conversion.entry("data").and_then(|data| data.entries().find(|(key, _)| *key == name));
    if let Some((_, entry)) = entry {
        conversion.report.error_help(entry.key_span, message, help);
    }
    false
}

fn path_of(
    section: &str,
    written: Option<String>,
    conversion: &mut Conversion<'_, '_>,
) -> Option<PathTemplate> {
    let key = format!("{section}.path");
    let Some(written) = written else {
        if !conversion.is_written(&key) {
            let help = "the path of the list, such as `path = \"/v0.10/task_list\"`";
            conversion.refuse_key(section, format!("`{section}` has no `path`"), help);
        }
        return None;
    };
    match path::parse(&written) {
        Ok(path) => Some(path),
        Err(bad) => {
            let entry = conversion.entry(&key)?;
            let span = conversion.report.inside(&entry, &written, &bad.at);
            conversion.report.error_help(span, bad.message, bad.help);
            None
        }
    }
}

fn service_of(
    section: &str,
    service: Option<written::DataService>,
    base_url: Option<written::ServiceUrl>,
    conversion: &mut Conversion<'_, '_>,
) -> Option<DataService> {
    let is_written =
        |conversion: &Conversion<'_, '_>, key: &str| conversion.is_written(&format!("{section}.{key}"));
    match (is_written(conversion, "service"), is_written(conversion, "base_url")) {
        (true, true) => {
            let message = format!("`{section}` has both a `service` and a `base_url`");
            let help = "the base URL of a service of Globus is set under `[environment]`";
            conversion.refuse_key(&format!("{section}.base_url"), message, help);
            return None;
        }
        (false, false) => {
            let message = format!("`{section}` says no `service`");
            let help = "such as `service = \"transfer\"`, or `base_url` and `scope` of another one";
            conversion.refuse_key(section, message, help);
            return None;
        }
        _ => {}
    }
    match (service, base_url) {
        (Some(service), _) => Some(DataService::Globus(name_of(service))),
        (None, Some(base_url)) => {
            if !is_written(conversion, "scope") {
                let message = format!("`{section}` has a `base_url`, but not the `scope` of its service");
                let help = "the service's documentation names it";
                conversion.refuse_key(&format!("{section}.base_url"), message, help);
            }
            Some(DataService::Other((*base_url).clone()))
        }
        (None, None) => None,
    }
}

fn name_of(service: written::DataService) -> ServiceName {
    match service {
        written::DataService::Groups => ServiceName::Groups,
        written::DataService::Auth => ServiceName::Auth,
        written::DataService::Transfer => ServiceName::Transfer,
        written::DataService::Search => ServiceName::Search,
        written::DataService::Flows => ServiceName::Flows,
        written::DataService::Timers => ServiceName::Timers,
        written::DataService::Compute => ServiceName::Compute,
    }
}

/// The scope as written, or what the service needs.
fn scope_of(
    section: &str,
    written: Option<&str>,
    service: Option<&DataService>,
    path: Option<&str>,
    conversion: &mut Conversion<'_, '_>,
) -> Option<Scope> {
    let key = format!("{section}.scope");
    let text = match (written, service) {
        (Some(written), _) => written,
        (None, Some(DataService::Globus(service))) => service.scope(path?),
        (None, _) => return None,
    };
    match Scope::parse(text) {
        Ok(scope) => {
            let known =
                service_of_scope(&scope.name).filter(|_| matches!(service, Some(DataService::Other(_))));
            if let Some(known) = known {
                let message =
                    format!("this scope is for {}, whose tokens go to no other server", known.title());
                let (name, url) = (known.as_str(), known.key());
                let help = format!(
                    "write `service = \"{name}\"` instead of `base_url`; `[environment] {url}` can change its URL"
                );
                conversion.refuse(&key, message, help);
                return None;
            }
            Some(scope)
        }
        Err(bad) => {
            let entry = conversion.entry(&key)?;
            let span = conversion.report.inside(&entry, text, &bad.at);
            conversion.report.error(span, bad.message);
            None
        }
    }
}

/// The body of each request. Nothing else is sent as a `POST`, which could change what the service has.
fn json_of(
    section: &str,
    written: Option<serde_json::Map<String, serde_json::Value>>,
    known: Option<&KnownList>,
    conversion: &mut Conversion<'_, '_>,
) -> Option<serde_json::Map<String, serde_json::Value>> {
    let method = known.map_or(ListMethod::Get, |known| known.method);
    match (written, method) {
        (None, ListMethod::Post) => Some(serde_json::Map::new()),
        (Some(_), ListMethod::Get) => {
            conversion.refuse_key(
                &format!("{section}.json"),
                format!("`{section}` can't send `json`: only Globus Search's `search` and `scroll` take it"),
                "write `params = { KEY = \"VALUE\" }` for a query",
            );
            None
        }
        (written, _) => written,
    }
}

/// Reports a path that is like that of a known list, where nothing says how its list is paged.
fn is_misspelt(section: &str, service: &DataService, conversion: &mut Conversion<'_, '_>) -> bool {
    let key = format!("{section}.path");
    let (DataService::Globus(service), Some(path)) = (service, conversion.text(&key)) else { return false };
    let paths = KNOWN_LISTS.iter().filter(|list| list.service == *service).map(|list| list.path);
    let near = nearest(path, paths).filter(|_| !conversion.is_written(&format!("{section}.paginator")));
    let Some(near) = near else { return false };
    let message = format!("`{}` is none of the known lists of {}", excerpt(path), service.title());
    conversion.refuse(&key, message, format!("did you mean `{near}`?"));
    true
}

/// Reports parameters that the paginator sets too.
fn check_parameters(
    section: &str,
    paginator: &Paginator,
    params: &[(String, String)],
    conversion: &mut Conversion<'_, '_>,
) {
    let (prefix, own): (_, Vec<&str>) = match paginator {
        Paginator::Offset(paging) if paging.place == Place::Query => {
            ("params", vec![&paging.limit_param, &paging.offset_param])
        }
        Paginator::Offset(paging) => ("json", vec![&paging.limit_param, &paging.offset_param]),
        Paginator::Cursor(paging) if paging.place == Place::Query => ("params", vec![&paging.cursor_param]),
        Paginator::Cursor(paging) => ("json", vec![&paging.cursor_param]),
        Paginator::Single => return,
    };
    for name in own {
        let key = format!("{section}.{prefix}.{name}");
        if conversion.is_written(&key) || prefix == "params" && params.iter().any(|(param, _)| param == name)
        {
            let message = format!("`{key}` is set by the paginator");
            conversion.refuse_key(&key, message, format!("remove it; `{section}.paginator` can change it"));
        }
    }
}

/// The statuses that leave out the list for one row of the parent.
fn skipped(
    section: &str,
    OnStatuses(statuses): OnStatuses,
    path: &PathTemplate,
    conversion: &mut Conversion<'_, '_>,
) -> Vec<u16> {
    let section_key = format!("{section}.on_status");
    if path.parent.is_none() {
        let message = format!("`{section}` has no parent, so nothing of it can be left out");
        conversion.refuse_key(&section_key, message, "`on_status` is for a path such as `/x/{endpoints.id}`");
        return Vec::new();
    }
    let mut skipped = Vec::new();
    for (status, meaning) in statuses {
        let number: Option<u16> = status.parse().ok().filter(|_| status.len() == 3);
        let (message, help) = match number {
            Some(number) if may_be_skipped(number) => {
                skipped.extend((meaning == OnStatus::Skip).then_some(number));
                continue;
            }
            Some(401 | 429) => (
                format!("`{status}` can't be skipped: it says nothing about the list"),
                "a run logs in again after 401, and waits after 429",
            ),
            Some(500..=599) => (
                format!("`{status}` can't be skipped: the service is failing"),
                "a run tries again, and ends with exit code 4",
            ),
            _ => (
                format!("`{}` is not the status of a refusal", excerpt(&status)),
                "write the number, from 400 to 499, as in `{ 403 = \"skip\" }`",
            ),
        };
        let entry = conversion.entry(&section_key);
        let entry = entry.and_then(|entry| entry.entries().find(|(key, _)| *key == status));
        if let Some((_, entry)) = entry {
            conversion.report.error_help(entry.key_span, message, help);
        }
    }
    skipped
}

fn check_include(section: &str, keys: &[String], path: &PathTemplate, conversion: &mut Conversion<'_, '_>) {
    let key = format!("{section}.include_from_parent");
    if path.parent.is_none() {
        let message = format!("`{section}` has no parent, so nothing can be included from it");
        conversion.refuse_key(&key, message, "it is for a path such as `/x/{endpoints.id}`");
        return;
    }
    let mut seen = HashSet::new();
    let elements = conversion.entry(&key).into_iter().flat_map(|entry| entry.elements());
    for (name, element) in keys.iter().zip(elements) {
        if name.is_empty() {
            conversion.report.error(element.span, format!("an element of `{key}` is empty"));
        } else if !seen.insert(name) {
            let message = format!("`{}` is there twice", excerpt(name));
            conversion.report.error(element.span, message);
        }
    }
}
