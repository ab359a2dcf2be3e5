//! Values, as templates and helpers see them: small, and cheap to clone.
//!
//! A list of 100,000 rows is held as this type, so a value is 24 bytes, a key is shared by all rows, and clones share
//! what they hold.

use std::fmt;
use triomphe::Arc;

use serde::ser::{Serialize, Serializer};
use serde_json::Number;

use super::hidden::Hidden;
use super::object::ObjectOf;

pub type Object = ObjectOf<Value>;

/// Any JSON value, or what a service does not show, which is null in JSON.
#[derive(Clone, Default, PartialEq)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    Text(Arc<str>),
    List(Arc<[Self]>),
    Object(Object),
    Hidden(Hidden),
}

impl Value {
    #[must_use]
    pub fn object<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Object(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// A whole number, also one that is stored as `2.0`.
    #[must_use]
    pub fn as_whole(&self) -> Option<i64> {
        let number = self.as_number()?;
        // Printed without its fraction: beyond 64 bits it is no `i64` either.
        number
            .as_i64()
            .or_else(|| number.as_f64().filter(|float| float.fract() == 0.0)?.to_string().parse().ok())
    }

    /// Whether this is null, as a service sends it. What is hidden is not.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether JSON shows it as null.
    #[must_use]
    pub fn is_null_in_json(&self) -> bool {
        matches!(self, Self::Null | Self::Hidden(_))
    }

    /// The type as messages name it, such as `a list`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
            Self::Hidden(_) => "hidden",
        }
    }

    /// The value of a key, if this is an object that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_object()?.get(key)
    }

    /// As JSON with the keys of all objects in order: equal values are the same text.
    #[must_use]
    pub fn to_sorted_json(&self) -> String {
        // Writing a value to a text can't fail.
        serde_json::to_string(&Sorted(self)).unwrap_or_default()
    }
}

/// Written as JSON with the keys of all objects in order.
struct Sorted<'v>(&'v Value);

impl Serialize for Sorted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::List(list) => serializer.collect_seq(list.iter().map(Sorted)),
            Value::Object(object) => {
                let mut entries: Vec<_> = object.iter().map(|(key, value)| (&**key, Sorted(value))).collect();
                entries.sort_unstable_by_key(|(key, _)| *key);
                serializer.collect_map(entries)
            }
            other => other.serialize(serializer),
        }
    }
}

/// As JSON.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// As JSON.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null | Self::Hidden(_) => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(list) => serializer.collect_seq(list.iter()),
            Self::Object(object) => serializer.collect_map(object.iter().map(|(key, value)| (&**key, value))),
        }
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(number.into())
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

/// `None` is null.
impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Null, Self::from)
    }
}

impl From<Hidden> for Value {
    fn from(hidden: Hidden) -> Self {
        Self::Hidden(hidden)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<Vec<Self>> for Value {
    fn from(list: Vec<Self>) -> Self {
        Self::List(list.into())
    }
}

impl From<&[Self]> for Value {
    fn from(list: &[Self]) -> Self {
        list.iter().cloned().collect()
    }
}

impl FromIterator<Self> for Value {
    fn from_iter<I: IntoIterator<Item = Self>>(values: I) -> Self {
        Self::List(values.into_iter().collect())
    }
}

impl From<Value> for serde_json::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null | Value::Hidden(_) => Self::Null,
            Value::Bool(flag) => Self::Bool(flag),
            Value::Number(number) => Self::Number(number),
            Value::Text(text) => Self::String((*text).to_owned()),
            Value::List(list) => list.iter().cloned().map(Self::from).collect(),
            Value::Object(object) => {
                object.iter().map(|(key, value)| ((**key).to_owned(), Self::from(value.clone()))).collect()
            }
        }
    }
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(flag) => Self::Bool(flag),
            serde_json::Value::Number(number) => Self::Number(number),
            serde_json::Value::String(text) => text.into(),
            serde_json::Value::Array(list) => list.into_iter().map(Self::from).collect(),
            serde_json::Value::Object(object) => {
                Self::Object(object.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
            }
        }
    }
}
