//! One entry of a table, with its place.

use std::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeFloat, DeInteger, DeTable, DeValue};

use crate::profile::files::Files;

/// A key with its value; an element of an array has the key of the array.
#[derive(Debug, Clone)]
pub struct Entry<'t> {
    pub key_span: Range<usize>,
    pub span: Range<usize>,
    pub(super) value: &'t DeValue<'t>,
}

impl<'t> Entry<'t> {
    pub fn new(key_span: Range<usize>, value: &'t Spanned<DeValue<'t>>) -> Self {
        Self { key_span, span: value.span(), value: value.get_ref() }
    }

    /// The entry with this key, such as `auth.login`; `output.1.path` is that of the second element of an array.
    pub fn find(table: &'t DeTable<'t>, key: &str) -> Option<Self> {
        let mut keys = key.split('.');
        let first = Self::find_key(table, keys.next()?)?;
        keys.try_fold(first, |entry, key| match key.parse::<usize>() {
            Ok(index) => entry.elements().nth(index),
            Err(_) => Self::find_key(entry.as_table()?, key),
        })
    }

    /// The entry with this key, which may have dots in it.
    pub fn find_key(table: &'t DeTable<'t>, key: &str) -> Option<Self> {
        let (written, value) = table.get_key_value(key)?;
        Some(Self::new(written.span(), value))
    }

    /// The elements of an array; none for another value.
    pub fn elements(&self) -> impl Iterator<Item = Self> + use<'t> {
        let elements = self.value.as_array().map(|array| array.iter());
        let key_span = self.key_span.clone();
        elements.into_iter().flatten().map(move |value| Self::new(key_span.clone(), value))
    }

    pub fn is_array(&self) -> bool {
        self.value.is_array()
    }

    pub fn as_table(&self) -> Option<&'t DeTable<'t>> {
        self.value.as_table()
    }

    /// The value as a template would see it: a date or time is a string.
    pub fn to_json(&self) -> Value {
        json(self.value)
    }

    /// The entries of a table; none for another value.
    pub fn entries(&self) -> impl Iterator<Item = (&'t str, Self)> + use<'t> {
        let entries = self.value.as_table().map(|table| table.iter());
        entries.into_iter().flatten().map(|(key, value)| (&**key.get_ref(), Self::new(key.span(), value)))
    }

    pub fn as_str(&self) -> Option<&'t str> {
        self.value.as_str()
    }

    /// The place of the bytes `inner` of the string `value`, if its file has it without escapes.
    pub fn inside(&self, files: &Files, value: &str, inner: &Range<usize>) -> Range<usize> {
        let written = files.text(&self.span);
        let plain = written.len() == value.len() + 2 && written.get(1..written.len() - 1) == Some(value);
        if plain && !inner.is_empty() {
            let start = self.span.start + 1;
            return start + inner.start..start + inner.end;
        }
        self.span.clone()
    }

    /// The type of the value, for a message.
    pub fn type_name(&self) -> &'static str {
        match self.value {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        }
    }
}

fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(string) => Value::from(&**string),
        DeValue::Integer(integer) => to_i64(integer).into(),
        DeValue::Float(float) => to_f64(float).into(),
        DeValue::Boolean(boolean) => Value::from(*boolean),
        DeValue::Datetime(datetime) => datetime.to_string().into(),
        DeValue::Array(array) => array.iter().map(|element| json(element.get_ref())).collect(),
        DeValue::Table(table) => {
            table.iter().map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref()))).collect()
        }
    }
}

/// None if it has more than 64 bits.
pub(super) fn to_i64(integer: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// What Rust cannot parse is not a number.
pub(super) fn to_f64(float: &DeFloat<'_>) -> f64 {
    float.as_str().parse().unwrap_or(f64::NAN)
}
