//! One table, read into the type that describes it.

use serde::Deserialize;
use serde_json::Value;
use toml::de::DeTable;

use super::deserializer::TableDeserializer;
use super::entry::Entry;
use super::read_error::ReadError;
use super::reading::{self, Reading};
use super::report::Report;
use crate::profile::paths::Paths;
use crate::profile::schema;

/// How many times a table is read. Each pass ends at one wrong value, so this bounds the work for a hopeless file.
const PASSES_MAX: usize = 100;

/// Reads a table of this schema. A wrong value is reported and left out; `None` if the type requires it.
pub fn table<'t, T: Deserialize<'t>>(
    table: &'t DeTable<'t>,
    make_schema: fn() -> Value,
    paths: &Paths<'_>,
    report: &mut Report<'_>,
) -> Option<T> {
    let reading = Reading::new(paths, make_schema);
    let mut read = None;
    for pass in 1..=PASSES_MAX {
        match T::deserialize(TableDeserializer { reading: &reading, table }) {
            Ok(whole) => {
                read = Some(whole);
                break;
            }
            Err(ReadError::Noted) if pass == PASSES_MAX => report.incomplete(),
            Err(ReadError::Noted) => {}
            // A required key is missing: see `missing`.
            Err(_) => break,
        }
    }
    for mistake in reading.into_mistakes() {
        report.add(mistake);
    }
    read
}

/// Reports the keys that the schema requires and a table lacks.
pub fn missing(table: &DeTable<'_>, schema: &Value, report: &mut Report<'_>) {
    for key in schema::required(schema) {
        if Entry::find(table, key).is_none() {
            report.add(reading::missing_key(schema, key));
        }
    }
}

/// Reports that a table lacks this key, which it need not have in every case.
pub fn missing_key(key: &str, schema: &Value, report: &mut Report<'_>) {
    report.add(reading::missing_key(schema, key));
}
