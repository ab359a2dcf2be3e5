//! Reading a data file.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::key_path::KeyPath;
use super::mistake::{Format, Mistake};
use super::model::Data;
use crate::error::{Error, Result};

/// In bytes: more than a million memberships.
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;

impl Data {
    /// Reads a TOML file, or a JSON file if its name ends in `.json`.
    ///
    /// # Errors
    /// [`Error::Read`] if the file can't be read, [`Error::Data`] if its content is wrong.
    pub fn load(path: &Path) -> Result<Self> {
        let text = read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        let format = if path.extension().is_some_and(|extension| extension == "json") {
            Format::Json
        } else {
            Format::Toml
        };
        let parsed = match format {
            Format::Toml => of_toml(&text),
            Format::Json => of_json(&text),
        };
        let checked = parsed.and_then(|data| match data.check() {
            Ok(()) => Ok(data),
            Err((path, reason)) => Err(Wrong { span: format.find(&path, &text), path, reason }),
        });
        checked.map_err(|Wrong { span, path: keys, reason }| {
            let span = span.unwrap_or_default();
            let example = format.example(&keys);
            Error::Data(Box::new(Mistake {
                path: path.to_owned(),
                text: Arc::from(text),
                span,
                reason,
                example,
            }))
        })
    }
}

/// The text of a file, which may be a pipe or a device without an end.
fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let length = File::open(path)?.take(SIZE_LIMIT + 1).read_to_string(&mut text)?;
    if length as u64 > SIZE_LIMIT {
        return Err(io::Error::other("it is larger than 256 MiB"));
    }
    Ok(text)
}

pub(super) struct Wrong {
    span: Option<Range<usize>>,
    path: KeyPath,
    reason: String,
}

impl Format {
    fn find(self, path: &KeyPath, text: &str) -> Option<Range<usize>> {
        match self {
            Self::Toml => path.in_toml(text),
            Self::Json => path.in_json(text),
        }
    }
}

/// By way of JSON: the types are compiled for one format.
pub(super) fn of_toml(text: &str) -> Result<Data, Wrong> {
    let document: Value = toml::from_str(text).map_err(|error| Wrong {
        span: error.span(),
        path: KeyPath::default(),
        reason: error.message().lines().collect::<Vec<_>>().join(", "),
    })?;
    of_json(&document.to_string()).map_err(|wrong| Wrong { span: wrong.path.in_toml(text), ..wrong })
}

fn of_json(text: &str) -> Result<Data, Wrong> {
    serde_json::from_str(text).map_err(|error| {
        // The parser counts the bytes up to where it stopped; a wrong value begins before.
        let last = last_byte(text, error.line(), error.column());
        let path = KeyPath::at(text, last);
        let value = if error.is_data() { path.in_json(text) } else { None };
        let full = error.to_string();
        Wrong {
            span: value.or_else(|| Some(character_at(text, last))),
            path,
            reason: full.split(" at line ").next().unwrap_or_default().to_owned(),
        }
    })
}

/// The last byte that was read, if so many of this line were; the end of the text if there was no other.
fn last_byte(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

/// The character that has this byte; empty at the end of the text.
fn character_at(text: &str, byte: usize) -> Range<usize> {
    let mut at = byte;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at..at + text[at..].chars().next().map_or(0, char::len_utf8)
}
