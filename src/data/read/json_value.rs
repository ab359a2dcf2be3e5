//! A value of which all or a part is read.
//!
//! Limits and messages are those of `serde_json`, whatever is read: a number out of range, a text that is not Unicode
//! and too deep a nesting are errors in what is skipped, too.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::selection::{Part, Selection};
use super::shared::Shared;
use super::skip::Skip;
use crate::data::value::{Object, Value};

/// Reads a part of a value.
pub(super) struct JsonValue<'s> {
    pub(super) part: &'s mut Part,
    pub(super) shared: &'s mut Shared,
}

/// The whole value of a text that has no more.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        JsonValue { part: &mut Part::Whole, shared: &mut Shared::default() }.deserialize(deserializer)
    }
}

impl<'de> DeserializeSeed<'de> for JsonValue<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonValue<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        match self.part {
            Part::Inner(_) => Ok(Value::Null),
            _ => Ok(Value::Text(self.shared.texts.get(text))),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let Self { part, shared } = self;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(JsonValue { part, shared })? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Value, A::Error> {
        let Self { part, shared } = self;
        match part {
            Part::Whole => whole(object, shared).map(Value::Object),
            Part::Only(selection) => selected(object, selection, shared).map(Value::Object),
            Part::Inner(key) => inner(object, key, shared),
        }
    }
}

fn whole<'de, A: MapAccess<'de>>(mut object: A, shared: &mut Shared) -> Result<Object, A::Error> {
    let mut keys = Vec::new();
    let mut values = Vec::new();
    while let Some(key) = object.next_key_seed(ReadKey(|key: &str| shared.keys.get(key)))? {
        keys.push(key);
        values.push(object.next_value_seed(JsonValue { part: &mut Part::Whole, shared })?);
    }
    Ok(shared.object(keys, values))
}

fn selected<'de, A: MapAccess<'de>>(
    mut object: A,
    selection: &mut Selection,
    shared: &mut Shared,
) -> Result<Object, A::Error> {
    let mut values = vec![None; selection.len()];
    let mut skipped = Vec::new();
    while let Some(at) = object.next_key_seed(ReadKey(|key: &str| selection.find(key, &mut skipped)))? {
        let place = at.and_then(|at| Some((values.get_mut(at)?, selection.part(at)?)));
        match place {
            Some((value, part)) => *value = Some(object.next_value_seed(JsonValue { part, shared })?),
            None => object.next_value_seed(Skip)?,
        }
    }
    Ok(selection.object(values, skipped))
}

fn inner<'de, A: MapAccess<'de>>(mut object: A, key: &str, shared: &mut Shared) -> Result<Value, A::Error> {
    let mut value = Value::Null;
    while let Some(is_read) = object.next_key_seed(ReadKey(|other: &str| other == key))? {
        match is_read {
            true => value = object.next_value_seed(JsonValue { part: &mut Part::Whole, shared })?,
            false => object.next_value_seed(Skip)?,
        }
    }
    Ok(value)
}

/// Reads a key.
struct ReadKey<F>(F);

impl<'de, F: FnOnce(&str) -> T, T> DeserializeSeed<'de> for ReadKey<F> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<F: FnOnce(&str) -> T, T> Visitor<'_> for ReadKey<F> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<T, E> {
        Ok(self.0(key))
    }
}
