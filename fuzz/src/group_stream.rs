//! A response with a list: the same rows however the network cuts it, and those that `serde_json` reads in the whole.

use globus_runner::fuzzing::JsonListSplitter;
use globus_runner::{ElementSink, Fields, JsonArraySplitter, RowReader, SplitError};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::chances;

type Row = Map<String, Value>;

pub fn check(input: &[u8]) {
    let expected = rows_of(input);
    for fields in fields() {
        let expected =
            expected.as_ref().map(|rows| rows.iter().map(|row| part_of(row, &fields)).collect::<Vec<_>>());
        for chunks in chances::cuts(input) {
            for only_whole in [false, true] {
                let found = array(&chunks, &fields, only_whole).ok();
                assert_eq!(
                    found,
                    expected,
                    "an array in {} chunks, of which {fields:?} is read",
                    chunks.len()
                );
            }
        }
    }
    for path in ["DATA", "a.b"] {
        let mut outcomes = chances::cuts(input).into_iter().map(|chunks| list(&chunks, path));
        let first = outcomes.next().unwrap();
        if let Ok((rows, rest)) = &first {
            same_document(input, path, rows, rest);
        }
        // Which of two mistakes is met first may depend on the chunks.
        assert!(
            outcomes.all(|other| other.as_ref().ok() == first.as_ref().ok()),
            "a list at {path} depends on the chunks"
        );
    }
}

/// What a template could read.
fn fields() -> Vec<Fields> {
    let some = |paths: &[&[&str]]| {
        let mut fields = Fields::NONE;
        for path in paths {
            fields.add(path, Fields::All);
        }
        fields
    };
    vec![
        Fields::All,
        Fields::NONE,
        some(&[&["id"], &["name"]]),
        some(&[&["a", "b"], &["id"], &["my_memberships", "role"]]),
    ]
}

/// As `serde_json` reads it; `None` if it is no array of objects.
fn rows_of(text: &[u8]) -> Option<Vec<Row>> {
    // Each on its own: the array around them does not count for how deep they may be.
    let rows: Vec<&RawValue> = serde_json::from_slice(text).ok()?;
    rows.into_iter().map(|row| serde_json::from_str(row.get()).ok()).collect()
}

fn part_of(row: &Row, fields: &Fields) -> Value {
    part(&Value::Object(row.clone()), fields)
}

fn part(value: &Value, fields: &Fields) -> Value {
    match (value, fields) {
        (_, Fields::All) => value.clone(),
        (Value::Array(list), _) => list.iter().map(|value| part(value, fields)).collect(),
        (Value::Object(object), _) => {
            let read =
                object.iter().filter_map(|(key, value)| Some((key.clone(), part(value, fields.of(key)?))));
            Value::Object(read.collect())
        }
        _ => value.clone(),
    }
}

struct Rows {
    reader: RowReader,
    list: Vec<Value>,
    only_whole: bool,
}

#[derive(Debug)]
struct Wrong;

impl From<SplitError> for Wrong {
    fn from(_: SplitError) -> Self {
        Self
    }
}

impl ElementSink for Rows {
    type Error = Wrong;

    fn first(&mut self, text: &str) -> Result<Option<usize>, Wrong> {
        if self.only_whole {
            return Ok(None);
        }
        let Some((row, length)) = self.reader.first_row(text) else { return Ok(None) };
        self.list.push(row.into());
        Ok(Some(length))
    }

    fn whole(&mut self, element: &[u8]) -> Result<(), Wrong> {
        let row = self.reader.row(element).map_err(|_| Wrong)?;
        self.list.push(row.into());
        Ok(())
    }
}

fn array(chunks: &[&[u8]], fields: &Fields, only_whole: bool) -> Result<Vec<Value>, Wrong> {
    let mut rows = Rows { reader: RowReader::new(fields), list: Vec::new(), only_whole };
    let mut splitter = JsonArraySplitter::new();
    chunks.iter().try_for_each(|chunk| splitter.feed(chunk, &mut rows))?;
    splitter.finish()?;
    Ok(rows.list)
}

fn list(chunks: &[&[u8]], path: &str) -> Result<(Vec<Value>, Value), Wrong> {
    let mut rows = Rows { reader: RowReader::new(&Fields::All), list: Vec::new(), only_whole: false };
    let mut splitter = JsonListSplitter::new(Some(path));
    chunks.iter().try_for_each(|chunk| splitter.feed(chunk, &mut rows))?;
    let rest = splitter.finish()?;
    Ok((rows.list, rest))
}

/// The list and what is around it are the document.
fn same_document(text: &[u8], path: &str, rows: &[Value], rest: &Value) {
    let Ok(mut document) = serde_json::from_slice::<Value>(text) else {
        // Its rows may be too deep together with what is around them.
        return;
    };
    let list = document.pointer_mut(&format!("/{}", path.replace('.', "/"))).expect("there is a list");
    let list = list.take();
    assert!(list.as_array().map_or(rows.is_empty() && list.is_null(), |list| list == rows));
    assert_eq!(&document, rest);
}
