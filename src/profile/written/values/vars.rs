//! Values of any type, handed to the template as JSON.

use std::fmt;

use schemars::JsonSchema;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};

/// Free keys with values of any type. A date or time is a string here.
#[derive(Debug, Default, JsonSchema)]
pub struct Vars(pub(in crate::profile) Map<String, Value>);

impl<'de> Deserialize<'de> for Vars {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Table).map(Self)
    }
}

struct Table;

impl<'de> Visitor<'de> for Table {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, Json(value))) = entries.next_entry()? {
            map.insert(key, value);
        }
        Ok(map)
    }
}

struct Json(Value);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any).map(Self)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: Error>(self, boolean: bool) -> Result<Value, E> {
        Ok(boolean.into())
    }

    fn visit_i64<E: Error>(self, integer: i64) -> Result<Value, E> {
        Ok(integer.into())
    }

    /// The reader has no other use for it.
    fn visit_u64<E: Error>(self, _: u64) -> Result<Value, E> {
        Err(E::custom("must fit into 64 bits"))
    }

    fn visit_f64<E: Error>(self, float: f64) -> Result<Value, E> {
        let number = Number::from_f64(float).map(Value::Number);
        number.ok_or_else(|| E::custom("must be finite, because JSON has no NaN or infinity"))
    }

    fn visit_str<E: Error>(self, string: &str) -> Result<Value, E> {
        Ok(string.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Json(value)) = elements.next_element()? {
            array.push(value);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Value, A::Error> {
        Table.visit_map(entries).map(Value::Object)
    }
}
