//! Helpers that work on lists.
//!
//! A key is the name of what the elements hold; `policies.group_visibility` reaches inside.

use std::collections::{HashMap, HashSet};

use handlebars::JsonTruthy;
use serde_json::{Value, json};

use super::call::{Call, CallError, wrong};
use super::function::{Function, MANY, function};
use super::value::{any_order, inside, same, text};
use crate::data::type_name;
use crate::template::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[
    function("count", "{{count LIST KEY VALUE}}", (2, 3), count),
    function("first", "{{first LIST NUMBER}}", (1, 2), first),
    function("group_by", "{{#each (group_by LIST KEY)}}{{key}} {{items}}{{/each}}", (2, 2), group_by),
    function("join", "{{join LIST SEPARATOR}}", (1, 2), join),
    function("last", "{{last LIST NUMBER}}", (1, 2), last),
    function("len", "{{len VALUE}}", (1, 1), len),
    Function {
        options: &["reverse"],
        ..function("sort", "{{#each (sort LIST KEY reverse=true)}}", (1, 2), sort)
    },
    function("unique", "{{#each (unique LIST KEY)}}", (1, 2), unique),
    function("where", "{{#each (where LIST KEY VALUE)}}", (2, 3), where_),
    function("list", "{{list VALUE...}}", (1, MANY), list),
];

/// The values of a list, joined by a separator. Default: `, `.
fn join(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    let separator = if call.len() > 1 { call.text(1)? } else { ", ".to_owned() };
    let parts: Option<Vec<String>> = list.iter().map(text).collect();
    match parts {
        Some(parts) => Ok(parts.join(&separator).into()),
        None => wrong("the list holds lists or objects"),
    }
}

/// A list of these values.
fn list(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok(call.values()?.into_iter().cloned().collect::<Value>().into())
}

/// The number of elements of a list, keys of an object, or characters of a text; 0 for null.
fn len(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    match call.value(0)? {
        Value::Null => Ok(0.into()),
        Value::Array(list) => Ok(list.len().into()),
        Value::Object(object) => Ok(object.len().into()),
        Value::String(text) => Ok(text.chars().count().into()),
        other => wrong(format!("its first argument is {}, which has no length", type_name(other))),
    }
}

/// What an element is compared by: the value of a key, or the element itself.
fn by<'v>(key: Option<&str>, element: &'v Value) -> &'v Value {
    key.map_or(element, |key| inside(element, key).unwrap_or(&Value::Null))
}

/// A sorted list, by the value of a key if one is given.
fn sort(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    let mut sorted = list.to_vec();
    let key = if call.len() > 1 { Some(call.key(1, list)?) } else { None };
    sorted.sort_by(|one, other| any_order(by(key, one), by(key, other)));
    if call.flag("reverse", false)? {
        sorted.reverse();
    }
    Ok(Value::Array(sorted).into())
}

/// A list without duplicates: each value once, or one element for each value of a key.
fn unique(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    let key = if call.len() > 1 { Some(call.key(1, list)?) } else { None };
    let mut seen = HashSet::new();
    Ok(list.iter().filter(|value| seen.insert(by(key, value).to_string())).cloned().collect::<Value>().into())
}

/// The elements whose key has the value, or a list with the value in it. Without a value: those whose key is not empty.
fn where_(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok(matching(call)?.cloned().collect::<Value>().into())
}

/// The number of elements that `where` gives.
fn count(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok(matching(call)?.count().into())
}

fn matching<'c>(call: &Call<'c, '_>) -> Result<impl Iterator<Item = &'c Value>, CallError> {
    let list = call.list(0)?;
    let key = call.key(1, list)?;
    let wanted = if call.len() > 2 { Some(call.value(2)?) } else { None };
    Ok(list.iter().filter(move |element| match (inside(element, key), wanted) {
        (None, _) => false,
        (Some(value), None) => value.is_truthy(false),
        (Some(Value::Array(values)), Some(wanted)) if !wanted.is_array() => {
            values.iter().any(|value| same(value, wanted))
        }
        (Some(value), Some(wanted)) => same(value, wanted),
    }))
}

/// A list of `{ key, items }`, one for each value of a key, in the order of their first appearance. An element whose
/// value is a list is in the items of each of its values.
fn group_by(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    let key = call.key(1, list)?;
    let mut indices: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<(&Value, Vec<Value>)> = Vec::new();
    for element in list {
        let value = inside(element, key).unwrap_or(&Value::Null);
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            let index = *indices.entry(value.to_string()).or_insert(groups.len());
            if index == groups.len() {
                groups.push((value, Vec::new()));
            }
            groups[index].1.push(element.clone());
        }
    }
    let groups = groups.into_iter().map(|(key, items)| json!({ "key": key, "items": items }));
    Ok(groups.collect::<Value>().into())
}

/// The first element of a list, or null; with a number, a list of at most so many first elements.
fn first(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    if call.len() == 1 {
        return Ok(list.first().cloned().unwrap_or_default().into());
    }
    let number = call.number(1)?.min(list.len());
    Ok(Value::from(&list[..number]).into())
}

/// The same, from the end.
fn last(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    if call.len() == 1 {
        return Ok(list.last().cloned().unwrap_or_default().into());
    }
    let number = call.number(1)?.min(list.len());
    Ok(Value::from(&list[list.len() - number..]).into())
}
