//! A [`serde::Deserializer`] over a TOML table with places.

use std::borrow::Cow;
use std::os::unix::ffi::OsStrExt;
use std::slice;

use serde::de::{DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::entry::{Entry, to_f64, to_i64};
use super::key_path::KeyPath;
use super::read_error::ReadError;
use super::reading::Reading;
use crate::profile::written::FILE_PATH;

/// The whole of a file.
pub(super) struct TableDeserializer<'a, 't> {
    pub(super) reading: &'a Reading<'a>,
    pub(super) table: &'t DeTable<'t>,
}

impl<'de> Deserializer<'de> for TableDeserializer<'_, 'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_map(Entries::new(self.reading, self.table, &KeyPath::default()))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct ValueDeserializer<'a, 't> {
    reading: &'a Reading<'a>,
    entry: &'a Entry<'t>,
    key_path: &'a KeyPath<'a>,
}

impl<'de> ValueDeserializer<'_, 'de> {
    /// The value has another type than the visitor can take.
    fn wrong_type<V: Visitor<'de>>(visitor: &V) -> ReadError {
        ReadError::Type { expected: (visitor as &dyn Expected).to_string() }
    }

    fn path<V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, ReadError> {
        let DeValue::String(written) = self.entry.value else { return Err(Self::wrong_type(&visitor)) };
        match self.reading.paths.at(self.entry.span.start).resolve(written) {
            Ok(path) => visitor.visit_bytes(path.as_os_str().as_bytes()),
            Err(bad) => Err(self.reading.note_path(written, bad, self.entry)),
        }
    }
}

impl<'de> Deserializer<'de> for ValueDeserializer<'_, 'de> {
    type Error = ReadError;

    /// A date or time is a string to a visitor that takes any type.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.entry.value {
            DeValue::String(string) => visitor.visit_str(string),
            DeValue::Integer(integer) => match to_i64(integer) {
                Some(integer) => visitor.visit_i64(integer),
                // Too large for every key: the visitor says what it takes instead.
                None => visitor.visit_u64(u64::MAX),
            },
            DeValue::Float(float) => visitor.visit_f64(to_f64(float)),
            DeValue::Boolean(boolean) => visitor.visit_bool(*boolean),
            DeValue::Datetime(datetime) => visitor.visit_string(datetime.to_string()),
            DeValue::Array(array) => visitor.visit_seq(Elements {
                reading: self.reading,
                rest: array.iter(),
                array: self.entry,
                key_path: self.key_path,
            }),
            DeValue::Table(table) => visitor.visit_map(Entries::new(self.reading, table, self.key_path)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.entry.value {
            DeValue::String(string) => visitor.visit_str(string),
            _ => Err(Self::wrong_type(&visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_string(visitor)
    }

    /// Serde's own visitor of a struct would take an array as well.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.entry.value {
            DeValue::Table(table) => visitor.visit_map(Entries::new(self.reading, table, self.key_path)),
            _ => Err(ReadError::Type { expected: "a table".to_owned() }),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match self.entry.value {
            DeValue::String(string) => visitor.visit_enum((&**string).into_deserializer()),
            _ => Err(ReadError::Type { expected: "a string".to_owned() }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        if name == FILE_PATH { self.path(visitor) } else { visitor.visit_newtype_struct(self) }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple
        tuple_struct identifier ignored_any
    }
}

struct Entries<'a, 't> {
    reading: &'a Reading<'a>,
    table: &'t DeTable<'t>,
    key_path: &'a KeyPath<'a>,
    rest: toml::map::Iter<'t, Spanned<Cow<'t, str>>, Spanned<DeValue<'t>>>,
    next: Option<(&'t str, Entry<'t>)>,
}

impl<'a, 't> Entries<'a, 't> {
    fn new(reading: &'a Reading<'a>, table: &'t DeTable<'t>, key_path: &'a KeyPath<'a>) -> Self {
        Self { reading, table, key_path, rest: table.iter(), next: None }
    }
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        let reading = self.reading;
        let Some((key, value)) = self.rest.find(|(_, value)| !reading.is_taken_out(value.get_ref())) else {
            return Ok(None);
        };
        let entry = Entry::new(key.span(), value);
        let key: &str = key.get_ref();
        match seed.deserialize(key.into_deserializer()) {
            Ok(known) => {
                self.next = Some((key, entry));
                Ok(Some(known))
            }
            Err(ReadError::UnknownKey { known }) => {
                Err(reading.note_unknown(known, self.table, self.key_path))
            }
            Err(error) => Err(reading.note(error, &entry, &self.key_path.key(key))),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        let (key, entry) = self.next.take().ok_or(ReadError::Refused("has no value".to_owned()))?;
        let key_path = self.key_path.key(key);
        seed.deserialize(ValueDeserializer { reading: self.reading, entry: &entry, key_path: &key_path })
            .map_err(|error| self.reading.note(error, &entry, &key_path))
    }
}

struct Elements<'a, 't> {
    reading: &'a Reading<'a>,
    rest: slice::Iter<'t, Spanned<DeValue<'t>>>,
    array: &'a Entry<'t>,
    key_path: &'a KeyPath<'a>,
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = ReadError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ReadError> {
        let reading = self.reading;
        let Some(value) = self.rest.find(|value| !reading.is_taken_out(value.get_ref())) else {
            return Ok(None);
        };
        let entry = Entry::new(self.array.key_span.clone(), value);
        let key_path = self.key_path.element();
        seed.deserialize(ValueDeserializer { reading, entry: &entry, key_path: &key_path })
            .map(Some)
            .map_err(|error| reading.note(error, &entry, &key_path))
    }
}
