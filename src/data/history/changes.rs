//! Which rows came and went between two runs.

use std::cmp::Ordering;
use std::io;
use std::iter::Peekable;

use super::entry::Entry;
use super::sorter::Sorted;

/// How many rows are kept to be shown.
const ROWS_MAX: usize = 10;

/// The difference between the rows of two runs.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub before: u64,
    pub after: u64,
    pub removed: Difference,
    pub added: Difference,
}

/// Rows that only one run has.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Difference {
    pub count: u64,
    /// The first ones.
    pub rows: Vec<Entry>,
}

impl Difference {
    fn add(&mut self, row: Entry) {
        self.count += 1;
        if self.rows.len() < ROWS_MAX {
            self.rows.push(row);
        }
    }
}

impl Changes {
    pub fn between(old: Sorted, new: Sorted) -> io::Result<Self> {
        Self::of(Pairs::of(old, new))
    }

    fn of(pairs: impl Iterator<Item = io::Result<Pair>>) -> io::Result<Self> {
        let mut changes = Self::default();
        for pair in pairs {
            let (gone, came) = pair?;
            changes.before += u64::from(gone.is_some());
            changes.after += u64::from(came.is_some());
            match (gone, came) {
                (Some(row), None) => changes.removed.add(row),
                (None, Some(row)) => changes.added.add(row),
                _ => {}
            }
        }
        Ok(changes)
    }
}

/// A row as it was, and as it is; one of them if only one run has it.
pub(super) type Pair = (Option<Entry>, Option<Entry>);

/// The rows of two runs by their keys, each sorted. Memory does not grow with their number.
pub(super) struct Pairs<O: Iterator, N: Iterator> {
    old: Peekable<O>,
    new: Peekable<N>,
}

impl<O, N> Pairs<O, N>
where
    O: Iterator<Item = io::Result<Entry>>,
    N: Iterator<Item = io::Result<Entry>>,
{
    pub(super) fn of(old: O, new: N) -> Self {
        Self { old: old.peekable(), new: new.peekable() }
    }

    fn next_pair(&mut self) -> io::Result<Option<Pair>> {
        let order = match (self.old.peek(), self.new.peek()) {
            (None, None) => return Ok(None),
            (Some(Ok(old)), Some(Ok(new))) => old.key.cmp(&new.key),
            // An error is taken out below.
            (Some(_), None) | (Some(Err(_)), _) => Ordering::Less,
            (None, Some(_)) | (_, Some(Err(_))) => Ordering::Greater,
        };
        let gone = if order.is_le() { self.old.next().transpose()? } else { None };
        let came = if order.is_ge() { self.new.next().transpose()? } else { None };
        Ok(Some((gone, came)))
    }
}

impl<O, N> Iterator for Pairs<O, N>
where
    O: Iterator<Item = io::Result<Entry>>,
    N: Iterator<Item = io::Result<Entry>>,
{
    type Item = io::Result<Pair>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_pair().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(keys: &str) -> impl Iterator<Item = io::Result<Entry>> {
        keys.chars().map(|key| Ok(Entry { key: key.to_string(), text: key.to_uppercase().to_string() }))
    }

    #[test]
    fn removed_and_added_are_told_apart() {
        for (old, new, removed, added) in [
            ("", "", "", ""),
            ("", "ab", "", "AB"),
            ("ab", "", "AB", ""),
            ("abd", "abd", "", ""),
            ("abd", "bce", "AD", "CE"),
            ("abcdefghijklm", "z", "ABCDEFGHIJ", "Z"),
        ] {
            let changes = Changes::of(Pairs::of(rows(old), rows(new))).unwrap();
            let labels = |difference: &Difference| {
                difference.rows.iter().map(|row| row.text.as_str()).collect::<String>()
            };
            assert_eq!((labels(&changes.removed), labels(&changes.added)), (removed.into(), added.into()));
            assert_eq!((changes.before, changes.after), (old.len() as u64, new.len() as u64));
            assert_eq!(changes.before + changes.added.count, changes.after + changes.removed.count);
        }
    }

    #[test]
    fn an_error_on_either_side_is_one() {
        let broken = || rows("a").chain([Err(io::Error::other("x"))]);
        assert!(Changes::of(Pairs::of(broken(), rows("abc"))).is_err());
        assert!(Changes::of(Pairs::of(rows("abc"), broken())).is_err());
        assert!(Changes::of(Pairs::of(broken(), rows(""))).is_err());
        assert!(Changes::of(Pairs::of(rows(""), broken())).is_err());
    }
}
