//! The JSON Schema of a profile, and what it says about one key.

use std::iter;

use schemars::Schema;
#[cfg(test)]
use schemars::{
    JsonSchema,
    generate::SchemaSettings,
    transform::{RecursiveTransform, Transform},
};
use serde_json::{Map, Value, json};

/// The schema of a profile. A test makes it from the types in `written`: in the program, what makes it would be ten times
/// as large.
pub(super) fn of_profile() -> Value {
    serde_json::from_str(include_str!("schema.json")).unwrap_or_default()
}

/// The JSON Schema of a type. Draft 7 without references: what editors of TOML understand.
#[cfg(test)]
pub(super) fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    RecursiveTransform(plain).transform(&mut schema);
    schema.to_value()
}

/// Removes what Rust adds: null, which TOML does not have, the sizes of integers, empty defaults, and the line ends of
/// doc comments.
#[cfg(test)]
fn plain(schema: &mut Schema) {
    let Some(schema) = schema.as_object_mut() else { return };
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
    if schema.get("format").and_then(Value::as_str).is_some_and(|format| format.contains("int")) {
        schema.shift_remove("format");
    }
    if schema.get("default").is_some_and(|default| default.is_null() || default == "") {
        schema.shift_remove("default");
    }
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [single] = types.as_slice() {
            let single = single.clone();
            schema.insert("type".to_owned(), single);
        }
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice["type"] != "null");
        if let [Value::Object(single)] = choices.as_slice() {
            let single = single.clone();
            schema.shift_remove("anyOf");
            for (keyword, value) in single {
                schema.entry(keyword).or_insert(value);
            }
        }
    }
}

/// Requires what a table must have only of a table without this key.
pub(super) fn required_without(key: &str) -> impl FnMut(&mut Schema) {
    move |schema| {
        if let Some(required) = schema.remove("required") {
            schema.insert("if".to_owned(), json!({ "required": [key] }));
            schema.insert("else".to_owned(), json!({ "required": required }));
        }
    }
}

/// Requires this key of a table that is required to have others, unless a section has it, or each of several does.
pub(super) fn required_unless_in(section: &str, key: &str) -> impl FnMut(&mut Schema) {
    move |schema| {
        let in_one = json!({ "required": [key] });
        let in_section = json!({ "anyOf": [
            { "type": "object", "required": [key] },
            { "type": "array", "items": in_one },
        ] });
        let in_it = json!({ "required": [section], "properties": { section: in_section } });
        if let Some(Value::Object(complete)) = schema.get_mut("else") {
            complete.insert("anyOf".to_owned(), json!([in_one, in_it]));
        }
    }
}

/// Takes an array of such tables as well.
pub(super) fn also_array(table: Schema) -> Schema {
    let mut element = table.clone();
    element.remove("description");
    let mut schema = table;
    schema.insert("type".to_owned(), json!(["object", "array"]));
    schema.insert("items".to_owned(), element.to_value());
    schema.insert("minItems".to_owned(), json!(1));
    schema
}

/// Whether a table can be written, or several as an array.
pub(super) fn is_table(schema: &Value) -> bool {
    schema["type"] == "object" || is_array_of_tables(schema)
}

pub(super) fn is_array_of_tables(schema: &Value) -> bool {
    schema["type"].as_array().is_some_and(|types| types.iter().any(|name| name == "object"))
}

pub(super) fn find<'s>(schema: &'s Value, path: &[&str]) -> Option<&'s Value> {
    path.iter().try_fold(schema, |schema, key| match schema.get("properties") {
        Some(keys) => keys.get(key),
        // Its keys are free.
        None => schema.get("additionalProperties"),
    })
}

/// How a key is written.
#[derive(Debug, PartialEq)]
pub(super) enum Shape<'s> {
    /// `key = value`.
    Value,
    /// A section with these keys.
    Section,
    /// A section of sections, each with the keys of this schema.
    Named(&'s Value),
    /// A section with any keys.
    Free,
}

pub(super) fn shape(schema: &Value) -> Shape<'_> {
    let is_section = |schema: &Value| keys(schema).next().is_some();
    match &schema["additionalProperties"] {
        _ if !is_table(schema) => Shape::Value,
        _ if is_section(schema) => Shape::Section,
        each if is_section(each) => Shape::Named(each),
        Value::Bool(true) => Shape::Free,
        _ => Shape::Value,
    }
}

/// An example of the value of a key, as TOML.
pub(super) fn example(schema: &Value) -> Option<String> {
    toml::Value::try_from(schema.get("examples")?.get(0)?).ok().map(|example| example.to_string())
}

/// What a string or number stands for, such as `seconds`.
pub(super) fn format(schema: &Value) -> Option<&str> {
    schema.get("format")?.as_str()
}

/// The words that a string is one of, each with what it means if the schema says so.
pub(super) fn choices(schema: &Value) -> Vec<(&str, Option<&str>)> {
    let described = schema["oneOf"].as_array().into_iter().flatten();
    let described =
        described.filter_map(|choice| Some((choice["const"].as_str()?, choice["description"].as_str())));
    let plain = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    described.chain(plain.map(|word| (word, None))).collect()
}

/// What the schema says about the key at this path, such as `auth.login`: its text, and a line for each word it can be.
#[must_use]
pub fn describe(schema: &Value, path: &str) -> Option<String> {
    let keys: Vec<_> = path.split('.').collect();
    let schema = find(schema, &keys)?;
    let choices =
        choices(schema).into_iter().filter_map(|(word, text)| Some(format!("\"{word}\": {}", text?)));
    let lines = iter::once(schema["description"].as_str()?.to_owned()).chain(choices);
    Some(lines.collect::<Vec<_>>().join("\n"))
}

pub(super) fn element_type(schema: &Value) -> Option<&str> {
    schema.get("items")?.get("type")?.as_str()
}

pub(super) fn keys(schema: &Value) -> impl Iterator<Item = &str> {
    schema["properties"].as_object().into_iter().flat_map(Map::keys).map(String::as_str)
}

/// The keys that a table must have, itself or from the one that it extends.
pub(super) fn required(schema: &Value) -> impl Iterator<Item = &str> {
    let required = schema.get("required").unwrap_or(&schema["else"]["required"]);
    required.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The first section that has this key, such as `auth`; the top of the file is the empty string.
pub(super) fn section_with<'s>(schema: &'s Value, key: &str) -> Option<&'s str> {
    let has_key = |schema: &Value| schema["properties"].get(key).is_some();
    if has_key(schema) {
        return Some("");
    }
    keys(schema).find(|section| find(schema, &[section]).is_some_and(has_key))
}
