//! Reading the rows of a source.

use serde::de::{DeserializeSeed, IgnoredAny};

use super::json_value::JsonValue;
use super::selection::Part;
use super::shared::Shared;
use crate::data::fields::Fields;
use crate::data::value::Value;

/// Reads rows of JSON, of each what is needed. The rows share their keys and short texts.
#[derive(Debug)]
pub struct RowReader {
    part: Part,
    shared: Shared,
}

impl RowReader {
    /// Reads these fields of each row.
    pub fn new(fields: &Fields) -> Self {
        Self { part: fields.into(), shared: Shared::default() }
    }

    /// The same with `key` being the value that `inner` has in each element of the list `list`, which is not kept.
    #[must_use]
    pub fn taking(self, key: &str, list: &str, inner: &str) -> Self {
        let part = match self.part {
            Part::Only(selection) => Part::Only(selection.taking(key, list, inner)),
            other => other,
        };
        Self { part, ..self }
    }

    /// What is needed of the row of this JSON.
    pub fn row(&mut self, json: &[u8]) -> serde_json::Result<Value> {
        row(json, &mut self.part, &mut self.shared)
    }

    /// All of the row of this JSON, whatever is needed.
    pub fn whole_row(&mut self, json: &[u8]) -> serde_json::Result<Value> {
        row(json, &mut Part::Whole, &mut self.shared)
    }

    /// What is needed of the row that this text begins with, and the length of the row.
    pub fn first_row(&mut self, text: &str) -> serde_json::Result<(Value, usize)> {
        let mut json = serde_json::Deserializer::from_str(text);
        let row = JsonValue { part: &mut self.part, shared: &mut self.shared }.deserialize(&mut json)?;
        Ok((row, json.into_iter::<IgnoredAny>().byte_offset()))
    }
}

fn row(json: &[u8], part: &mut Part, shared: &mut Shared) -> serde_json::Result<Value> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let row = JsonValue { part, shared }.deserialize(&mut json)?;
    json.end()?;
    Ok(row)
}
