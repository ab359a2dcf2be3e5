//! Helpers that work on lists.
//!
//! A key is the name of what the elements hold; `policies.group_visibility` reaches inside.

use std::collections::{HashMap, HashSet};
use triomphe::Arc;

use super::call::{Call, CallError, shown, wrong};
use super::function::{Function, MANY, function};
use super::value::{inside, text};
use crate::value::{Key, Object, Value};
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[
    function("first", "{{first LIST NUMBER}}", (1, 2), first).elsewhere("head take"),
    function("group_by", "{{#each (group_by LIST KEY)}}{{key}} {{items}}{{/each}}", (2, 2), group_by)
        .elsewhere("groupby groupBy regroup"),
    function("join", "{{join LIST SEPARATOR}}", (1, 2), join).elsewhere("implode array_to_sentence_string"),
    function("keys", "{{#each (keys OBJECT)}}", (1, 1), keys),
    function("last", "{{last LIST NUMBER}}", (1, 2), last).elsewhere("tail takeLast"),
    function("len", "{{len VALUE}}", (1, 1), len).aliases(&["length"]).elsewhere("size"),
    function("list", "{{list VALUE...}}", (1, MANY), list).elsewhere("array tuple"),
    function("pluck", "{{join (pluck LIST KEY)}}", (2, 2), pluck).elsewhere("map collect"),
    function("reverse", "{{#each (reverse LIST)}}", (1, 1), reverse).elsewhere("reversed inverse"),
    function("slice", "{{#each (slice LIST START END)}}", (2, 3), slice).elsewhere("offset limit"),
    function("unique", "{{#each (unique LIST KEY)}}", (1, 2), unique).elsewhere("uniq distinct dedupe"),
    function("values", "{{#each (values OBJECT)}}", (1, 1), values),
];

/// The values of a list, joined by a separator. Default: `, `.
fn join(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    let separator = if call.len() > 1 { call.text(1)? } else { ", ".into() };
    let mut joined = call.state.buffer();
    for (index, part) in list.iter().enumerate() {
        let Some(part) = text(shown(part)?) else { return wrong("the list holds lists or objects") };
        if index > 0 {
            joined.push_str(&separator);
        }
        joined.push_str(&part);
    }
    Ok(HelperOutput::Text(joined))
}

/// A list of these values.
fn list(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(call.values()?.into_iter().cloned().collect::<Value>().into())
}

/// The number of elements of a list, keys of an object, or characters of a text; 0 for null.
fn len(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    match call.shown(0)? {
        Value::Null => Ok(0.into()),
        Value::List(list) => Ok(list.len().into()),
        Value::Object(object) => Ok(object.len().into()),
        Value::Text(text) => Ok(text.chars().count().into()),
        other => wrong(format!("its first argument is {}, which has no length", other.type_name())),
    }
}

/// What an element is compared by: the value of a key, or the element itself.
fn by<'v>(key: Option<&str>, element: &'v Value) -> &'v Value {
    key.map_or(element, |key| inside(element, key).unwrap_or(&Value::Null))
}

/// A list without duplicates: each value once, or one element for each value of a key.
fn unique(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    let key = if call.len() > 1 { Some(call.key(1, list)?) } else { None };
    let mut seen = HashSet::new();
    let mut unique = Vec::new();
    for value in list {
        if seen.insert(shown(by(key, value))?.to_string()) {
            unique.push(value.clone());
        }
    }
    Ok(Value::from(unique).into())
}

/// A list of `{ key, items }`, one for each value of a key, in the order of their first appearance. An element whose
/// value is a list is once in the items of each of its values. None is lost: the key null has those without a value.
fn group_by(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    let key = call.key(1, list)?;
    let mut indices: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<(&Value, Vec<Value>)> = Vec::new();
    // The element that each group got last: a value can be twice in a list.
    let mut latest: Vec<usize> = Vec::new();
    for (at, element) in list.iter().enumerate() {
        let value = shown(by(Some(key), element))?;
        let values = match value {
            Value::List(values) if values.is_empty() => &[Value::Null][..],
            Value::List(values) => values,
            value => std::slice::from_ref(value),
        };
        for value in values {
            let index = *indices.entry(shown(value)?.to_string()).or_insert(groups.len());
            if index == groups.len() {
                groups.push((value, Vec::new()));
                latest.push(usize::MAX);
            }
            if latest[index] != at {
                latest[index] = at;
                groups[index].1.push(element.clone());
            }
        }
    }
    let (key, items): (Key, Key) = ("key".into(), "items".into());
    let groups = groups.into_iter().map(|(value, elements)| {
        let entries = [(Arc::clone(&key), value.clone()), (Arc::clone(&items), elements.into())];
        Value::from(Object::from_iter(entries))
    });
    Ok(groups.collect::<Value>().into())
}

/// The first element of a list, or null; with a number, a list of at most so many first elements.
fn first(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    if call.len() == 1 {
        return Ok(list.first().cloned().unwrap_or_default().into());
    }
    let number = call.size(1)?.min(list.len());
    Ok(Value::from(&list[..number]).into())
}

/// The same, from the end.
fn last(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    if call.len() == 1 {
        return Ok(list.last().cloned().unwrap_or_default().into());
    }
    let number = call.size(1)?.min(list.len());
    Ok(Value::from(&list[list.len() - number..]).into())
}

/// The list from the end to the start.
fn reverse(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(call.list(0)?.iter().rev().cloned().collect::<Value>().into())
}

/// The elements from one place up to, but not with, another one; without the other one, to the end.
fn slice(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    Ok(Value::from(&list[call.range(list.len())?]).into())
}

/// The value of a key of each element; null where there is none.
fn pluck(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    let key = call.key(1, list)?;
    Ok(list.iter().map(|element| by(Some(key), element).clone()).collect::<Value>().into())
}

fn keys(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(call.object(0)?.keys().map(|key| Value::Text(Arc::clone(key))).collect::<Value>().into())
}

fn values(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(call.object(0)?.values().cloned().collect::<Value>().into())
}
