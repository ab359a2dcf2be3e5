//! The JSON Schema of a profile, and what it says about one key.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use serde_json::{Map, Value};

/// The JSON Schema of a type. Draft 7 without references: what editors of TOML understand.
pub(super) fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    RecursiveTransform(without_null).transform(&mut schema);
    schema.to_value()
}

/// TOML has no null: a key that is not written is left out.
fn without_null(schema: &mut schemars::Schema) {
    let Some(schema) = schema.as_object_mut() else { return };
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
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice["type"] != "null");
        if let [Value::Object(single)] = choices.as_slice() {
            let single = single.clone();
            schema.remove("anyOf");
            for (keyword, value) in single {
                schema.entry(keyword).or_insert(value);
            }
        }
    }
}

/// The schema of the key at this path.
pub(super) fn find<'s>(schema: &'s Value, path: &[&str]) -> Option<&'s Value> {
    path.iter().try_fold(schema, |schema, key| schema.get("properties")?.get(key))
}

/// An example of the value of a key.
pub(super) fn example(schema: &Value) -> Option<&Value> {
    schema.get("examples")?.get(0)
}

/// The type of the elements of an array.
pub(super) fn element_type(schema: &Value) -> Option<&str> {
    schema.get("items")?.get("type")?.as_str()
}

/// The keys of a table.
pub(super) fn keys(schema: &Value) -> impl Iterator<Item = &str> {
    schema["properties"].as_object().into_iter().flat_map(Map::keys).map(String::as_str)
}

/// The keys that a table must have.
pub(super) fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The first section that has this key, such as `auth`; the top of the file is the empty string.
pub(super) fn section_with<'s>(schema: &'s Value, key: &str) -> Option<&'s str> {
    if find(schema, &[key]).is_some() {
        return Some("");
    }
    keys(schema).find(|section| find(schema, &[section, key]).is_some())
}
