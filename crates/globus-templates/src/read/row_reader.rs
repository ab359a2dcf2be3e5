//! Reading the rows of a source.

use serde::de::DeserializeSeed;

use super::deserialize::Whole;
use super::part_reader::first_value;
use super::selection::Part;
use super::shared::Shared;
use crate::value::Fields;
use crate::value::Value;

/// Reads rows of JSON, of each what is needed. The rows share their keys and short texts.
///
/// The result is what a part of the whole row would be. `serde_json` decides what is JSON, also where nothing is needed.
#[derive(Debug)]
pub struct RowReader {
    part: Part,
    shared: Shared,
}

impl RowReader {
    /// Reads these fields of each row.
    #[must_use]
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
        match str::from_utf8(json).ok().and_then(|text| self.first_row(text)) {
            Some((row, length)) if length == json.len() => Ok(row),
            _ => self.whole_row(json).map(|row| self.part.of(&row)),
        }
    }

    /// All of the row of this JSON, whatever is needed.
    pub fn whole_row(&mut self, json: &[u8]) -> serde_json::Result<Value> {
        let mut json = serde_json::Deserializer::from_slice(json);
        let row = Whole(&mut self.shared).deserialize(&mut json)?;
        json.end()?;
        Ok(row)
    }

    /// What is needed of the row that this text begins with, and the length of the row; `None` if it is not all there, or
    /// has what only [`row`](Self::row) can read.
    pub fn first_row(&mut self, text: &str) -> Option<(Value, usize)> {
        first_value(text, &mut self.part, &mut self.shared)
    }
}
