//! The difference between two records, row by row.

use std::io;

use super::changes::Pairs;
use super::entry::{Entry, key_of};
use super::header::Counted;
use super::list_head::ListHead;
use super::record::{Record, wrong};
use super::row_change::RowChange;
use super::sorter::{Sorted, Sorter};
use crate::data::source_name::SourceName;
use globus_templates::read::RowReader;
use globus_templates::value::Fields;
use globus_templates::value::Value;

/// How many rows came, went and changed, in all lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    pub added: u64,
    pub removed: u64,
    pub changed: u64,
}

/// The rows of a record, sorted by key. Those of large ones are in a temporary file.
pub struct SortedRecord(Vec<(Counted, Sorted)>);

/// A list that two runs have.
pub struct ListComparison {
    pub head: ListHead,
    /// How many rows there were, and are.
    pub before: u64,
    pub after: u64,
    old: Sorted,
    new: Sorted,
}

/// A row that is not as it was.
#[derive(Debug)]
pub enum Change {
    Added(Value),
    Removed(Value),
    Changed(RowChange),
}

impl Record {
    /// All of each row. Fails if the record is not whole.
    pub fn sorted(&self) -> io::Result<SortedRecord> {
        let mut lists: Vec<(KeyReader, Sorter)> =
            self.header.lists.iter().map(|list| (KeyReader::new(&list.head), Sorter::default())).collect();
        let mut rows = self.rows()?;
        while let Some((list, row)) = rows.next()? {
            if let Some((keys, sorter)) = lists.get_mut(list) {
                sorter.add(Entry { key: keys.key(row)?, text: row.to_owned() })?;
            }
        }
        let sorted = self.header.lists.iter().cloned().zip(lists);
        Ok(SortedRecord(sorted.map(|(list, (_, sorter))| (list, sorter.sorted())).collect()))
    }

    /// What people know the rows of one list by. `None` if the record does not have the list. Fails if it is not whole.
    pub fn sorted_labels(&self, source: &SourceName) -> io::Result<Option<Sorted>> {
        let Some(at) = self.header.lists.iter().position(|list| list.head.kind.source == *source) else {
            return Ok(None);
        };
        let kind = &self.header.lists[at].head.kind;
        let mut reader = RowReader::new(&known_by(&self.header.lists[at].head));
        let mut sorter = Sorter::default();
        let mut rows = self.rows()?;
        while let Some((list, row)) = rows.next()? {
            if list == at {
                let mut value = reader.row(row.as_bytes()).map_err(|error| not_a_row(&error))?;
                if !value.as_object().is_some_and(|row| kind.has_key(row)) {
                    value = reader.whole_row(row.as_bytes()).map_err(|error| not_a_row(&error))?;
                }
                sorter.add(Entry::labelled(&value, kind))?;
            }
        }
        Ok(Some(sorter.sorted()))
    }
}

fn not_a_row(error: &serde_json::Error) -> io::Error {
    wrong(&format!("a line of it is not a row: {error}"))
}

/// What tells the rows of a list apart.
fn known_by(head: &ListHead) -> Fields {
    let mut fields = Fields::NONE;
    for key in head.kind.labels.iter().chain([&head.kind.key]) {
        fields.add(&[key], Fields::All);
    }
    fields
}

/// Reads the keys of rows.
struct KeyReader<'h> {
    head: &'h ListHead,
    reader: RowReader,
}

impl<'h> KeyReader<'h> {
    fn new(head: &'h ListHead) -> Self {
        let mut key = Fields::NONE;
        key.add(&[&head.kind.key], Fields::All);
        Self { head, reader: RowReader::new(&key) }
    }

    fn key(&mut self, row: &str) -> io::Result<String> {
        let part = self.reader.row(row.as_bytes()).map_err(|error| not_a_row(&error))?;
        if part.as_object().is_some_and(|part| self.head.kind.has_key(part)) {
            return Ok(key_of(&part, &self.head.kind));
        }
        let row = self.reader.whole_row(row.as_bytes()).map_err(|error| not_a_row(&error))?;
        Ok(key_of(&row, &self.head.kind))
    }
}

impl SortedRecord {
    /// The lists that both have, in the order of the later record.
    pub fn compared_with(self, later: Self) -> impl Iterator<Item = ListComparison> {
        let mut old = self.0;
        later.0.into_iter().filter_map(move |(list, new)| {
            let at = old.iter().position(|(other, _)| other.head.kind.source == list.head.kind.source)?;
            let (before, old) = old.swap_remove(at);
            Some(ListComparison { head: list.head, before: before.rows, after: list.rows, old, new })
        })
    }
}

impl ListComparison {
    /// The rows that are not as they were, in the order of their keys.
    pub fn changes(self) -> impl Iterator<Item = io::Result<Change>> {
        let mut reader = RowReader::new(&Fields::All);
        let head = self.head;
        Pairs::of(self.old, self.new).filter_map(move |pair| {
            let mut read = |entry: Entry| Ok::<_, io::Error>(reader.row(entry.text.as_bytes())?);
            let change = pair.and_then(|pair| match pair {
                (Some(old), None) => read(old).map(|row| Some(Change::Removed(row))),
                (None, Some(new)) => read(new).map(|row| Some(Change::Added(row))),
                (Some(old), Some(new)) if old.text != new.text => {
                    Ok(RowChange::between(&read(old)?, &read(new)?, &head).map(Change::Changed))
                }
                _ => Ok(None),
            });
            change.transpose()
        })
    }
}
