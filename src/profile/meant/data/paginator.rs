//! How a list is paged.

use super::super::conversion::Conversion;
use super::path::is_key;
use crate::globus::api::{CursorPaging, KnownList, OffsetPaging, Paginator, Place};
use crate::profile::written::{Integer, PaginatorKeys, PaginatorType};

const OFFSET: &[&str] =
    &["limit", "limit_param", "offset_param", "total_path", "has_more_path", "maximum_offset"];
const CURSOR: &[&str] = &["cursor_path", "cursor_param", "cursor_body_path", "has_more_path"];
const SINGLE: &[&str] = &[];

/// How many rows a page is asked for with if neither the profile nor Globus says it.
const LIMIT: u64 = 100;

/// The paginator of the list in this section, such as `data.tasks`, whose parameters go to this place.
pub(super) fn convert(
    section: &str,
    written: Option<PaginatorKeys>,
    known: Option<&KnownList>,
    place: Place,
    conversion: &mut Conversion<'_, '_>,
) -> Option<Paginator> {
    let known = known.map(|known| known.paginator(place));
    let Some(keys) = written else {
        if known.is_none() && !conversion.is_written(&format!("{section}.paginator")) {
            conversion.refuse_key(
                section,
                format!("`{section}` needs a `paginator`, because its path is none of Globus's known lists"),
                "if one response has all rows, write `paginator = { type = \"single\" }`",
            );
        }
        return known;
    };
    let section = format!("{section}.paginator");
    // Without a type, keys change what is known.
    let base = known.filter(|_| keys.r#type.is_none());
    let Some(paginator_type) = keys.r#type.or(base.as_ref().map(type_of)) else {
        if !conversion.is_written(&format!("{section}.type")) {
            let help = "write `type = \"single\"`, `\"offset\"` or `\"cursor\"`";
            conversion.refuse_key(&section, format!("`{section}` has no `type`"), help);
        }
        return None;
    };
    check_keys(&section, paginator_type, conversion);
    let paginator = match paginator_type {
        PaginatorType::Single => Paginator::Single,
        PaginatorType::Offset => Paginator::Offset(offset(keys, base, place)),
        PaginatorType::Cursor => Paginator::Cursor(cursor(&section, keys, base, place, conversion)?),
    };
    check_names(&section, &paginator, conversion);
    Some(paginator)
}

fn type_of(paginator: &Paginator) -> PaginatorType {
    match paginator {
        Paginator::Single => PaginatorType::Single,
        Paginator::Offset(_) => PaginatorType::Offset,
        Paginator::Cursor(_) => PaginatorType::Cursor,
    }
}

/// Reports keys of another type, and paths that are none.
fn check_keys(section: &str, paginator_type: PaginatorType, conversion: &mut Conversion<'_, '_>) {
    let (name, keys) = match paginator_type {
        PaginatorType::Single => ("single", SINGLE),
        PaginatorType::Offset => ("offset", OFFSET),
        PaginatorType::Cursor => ("cursor", CURSOR),
    };
    for key in OFFSET.iter().chain(CURSOR).filter(|key| !keys.contains(key)) {
        let message = format!("`{section}.{key}` does not apply to the type `{name}`");
        let help = match keys {
            [] => "one response has all rows, so it has no other keys".to_owned(),
            _ => format!("the keys of `{name}` are `{}`", keys.join("`, `")),
        };
        conversion.refuse_key(&format!("{section}.{key}"), message, help);
    }
}

fn offset(keys: PaginatorKeys, base: Option<Paginator>, place: Place) -> OffsetPaging {
    let base = match base {
        Some(Paginator::Offset(base)) => base,
        _ => OffsetPaging {
            limit: LIMIT,
            limit_param: "limit".to_owned(),
            offset_param: "offset".to_owned(),
            place,
            total_path: None,
            has_more_path: None,
            maximum_offset: None,
        },
    };
    OffsetPaging {
        limit: keys.limit.map(Integer::get).map_or(base.limit, u64::from),
        limit_param: keys.limit_param.unwrap_or(base.limit_param),
        offset_param: keys.offset_param.unwrap_or(base.offset_param),
        place: base.place,
        total_path: keys.total_path.or(base.total_path),
        has_more_path: keys.has_more_path.or(base.has_more_path),
        maximum_offset: keys.maximum_offset.map(Integer::get).map(u64::from).or(base.maximum_offset),
    }
}

fn cursor(
    section: &str,
    keys: PaginatorKeys,
    base: Option<Paginator>,
    place: Place,
    conversion: &mut Conversion<'_, '_>,
) -> Option<CursorPaging> {
    let base = match base {
        Some(Paginator::Cursor(base)) => Some(base),
        _ => None,
    };
    let (param, body_path) = (keys.cursor_param, keys.cursor_body_path);
    let body_key = format!("{section}.cursor_body_path");
    if param.is_some() && body_path.is_some() {
        let message = format!("`{section}` has both `cursor_param` and `cursor_body_path`");
        conversion.refuse_key(&body_key, message, "the cursor goes either into the query or into the body");
        return None;
    }
    if body_path.is_some() && place == Place::Query {
        let message = format!("`{body_key}` is for a request with a body, which this list has not");
        conversion.refuse_key(&body_key, message, "write `cursor_param` for the query");
        return None;
    }
    let (path, has_more_path) = base
        .as_ref()
        .map_or((None, None), |base| (Some(base.cursor_path.clone()), base.has_more_path.clone()));
    let target = match (param, body_path, base) {
        (Some(param), ..) => Some((param, Place::Query)),
        (None, Some(body_path), _) => Some((body_path, Place::Body)),
        (None, None, Some(base)) => Some((base.cursor_param, base.place)),
        (None, None, None) => None,
    };
    let path = keys.cursor_path.or(path);
    let (Some(cursor_path), Some((cursor_param, place))) = (path.clone(), target) else {
        let missing = if path.is_none() { "cursor_path" } else { "cursor_param" };
        if !conversion.is_written(&format!("{section}.{missing}")) {
            let help = "such as `cursor_path = \"marker\", cursor_param = \"marker\"`";
            conversion.refuse_key(section, format!("`{section}` has no `{missing}`"), help);
        }
        return None;
    };
    Some(CursorPaging {
        cursor_path,
        cursor_param,
        place,
        has_more_path: keys.has_more_path.or(has_more_path),
    })
}

/// Reports what should stand beside the rows if they are all of a response: then nothing stands there.
pub(super) fn check_beside(
    section: &str,
    paginator: &Paginator,
    has_items: bool,
    conversion: &mut Conversion<'_, '_>,
) {
    let beside = match paginator {
        Paginator::Single => None,
        Paginator::Offset(paging) => {
            let total = paging.total_path.as_ref().map(|path| ("total_path", path));
            total.or(paging.has_more_path.as_ref().map(|path| ("has_more_path", path)))
        }
        Paginator::Cursor(paging) => Some(("cursor_path", &paging.cursor_path)),
    };
    if let Some((key, path)) = beside.filter(|_| !has_items) {
        let message =
            format!("`{section}` needs `items`: a response that is the list has no `{path}` beside it");
        let help = "where the rows are in the response, such as `items = \"results\"`";
        conversion.refuse_key(&format!("{section}.paginator.{key}"), message, help);
    }
}

/// Reports names of parameters that are empty or the same.
fn check_names(section: &str, paginator: &Paginator, conversion: &mut Conversion<'_, '_>) {
    let names = match paginator {
        Paginator::Single => return,
        Paginator::Offset(paging) => {
            if paging.limit_param == paging.offset_param && !paging.limit_param.is_empty() {
                let written = ["offset_param", "limit_param"].map(|key| format!("{section}.{key}"));
                let key = written.iter().find(|key| conversion.is_written(key)).cloned().unwrap_or_default();
                let message = format!("`limit_param` and `offset_param` are both `{}`", paging.limit_param);
                conversion.refuse(&key, message, "each needs a name of its own, or the list would never end");
            }
            vec![("limit_param", &paging.limit_param), ("offset_param", &paging.offset_param)]
        }
        Paginator::Cursor(paging) if paging.place == Place::Query => {
            vec![("cursor_param", &paging.cursor_param)]
        }
        Paginator::Cursor(paging) => vec![("cursor_body_path", &paging.cursor_param)],
    };
    for (key, _) in names.into_iter().filter(|(_, name)| name.is_empty()) {
        let key = format!("{section}.{key}");
        conversion.refuse(&key, format!("`{key}` is empty"), "the name of the parameter in the request");
    }
}

/// Reports the dotted paths of a section that are none.
pub(super) fn check_paths(section: &str, paginator: &Paginator, conversion: &mut Conversion<'_, '_>) {
    let (paths, names): (Vec<_>, &[&str]) = match paginator {
        Paginator::Single => return,
        Paginator::Offset(paging) => (
            vec![paging.total_path.as_deref(), paging.has_more_path.as_deref()],
            &["total_path", "has_more_path"],
        ),
        Paginator::Cursor(paging) => (
            vec![Some(paging.cursor_path.as_str()), paging.has_more_path.as_deref()],
            &["cursor_path", "has_more_path"],
        ),
    };
    for (path, name) in paths.into_iter().zip(names) {
        if path.is_some_and(|path| !is_key(path)) {
            let key = format!("{section}.paginator.{name}");
            conversion.refuse(&key, format!("`{key}` is not a dotted path"), "such as \"page.next\"");
        }
    }
}
