//! Which rows came and went between two runs.

use std::cmp::Ordering;
use std::io;

use super::row_id::RowId;

/// How many rows are kept.
const ROWS_MAX: usize = 10;

/// The difference between the rows of two runs, each counted once.
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
    pub rows: Vec<RowId>,
}

impl Difference {
    fn add(&mut self, row: RowId) {
        self.count += 1;
        if self.rows.len() < ROWS_MAX {
            self.rows.push(row);
        }
    }
}

impl Changes {
    /// Both are sorted by key, each key once.
    pub fn between(
        old: impl Iterator<Item = io::Result<RowId>>,
        new: impl Iterator<Item = io::Result<RowId>>,
    ) -> io::Result<Self> {
        let (mut old, mut new) = (old.peekable(), new.peekable());
        let mut changes = Self::default();
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return Ok(changes),
                (Some(Ok(old)), Some(Ok(new))) => old.key.cmp(&new.key),
                // An error is taken out below.
                (Some(_), None) | (Some(Err(_)), _) => Ordering::Less,
                (None, Some(_)) | (_, Some(Err(_))) => Ordering::Greater,
            };
            let gone = if order.is_le() { old.next().transpose()? } else { None };
            let came = if order.is_ge() { new.next().transpose()? } else { None };
            changes.before += u64::from(gone.is_some());
            changes.after += u64::from(came.is_some());
            match (gone, came) {
                (Some(row), None) => changes.removed.add(row),
                (None, Some(row)) => changes.added.add(row),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(keys: &str) -> impl Iterator<Item = io::Result<RowId>> {
        keys.chars().map(|key| Ok(RowId { key: key.to_string(), label: key.to_uppercase().to_string() }))
    }

    fn labels(difference: &Difference) -> String {
        difference.rows.iter().map(|row| row.label.as_str()).collect()
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
            let changes = Changes::between(rows(old), rows(new)).unwrap();
            assert_eq!((labels(&changes.removed), labels(&changes.added)), (removed.into(), added.into()));
            assert_eq!((changes.before, changes.after), (old.len() as u64, new.len() as u64));
            assert_eq!(changes.before + changes.added.count, changes.after + changes.removed.count);
        }
    }

    #[test]
    fn an_error_on_either_side_is_one() {
        let broken = || rows("a").chain([Err(io::Error::other("x"))]);
        assert!(Changes::between(broken(), rows("abc")).is_err());
        assert!(Changes::between(rows("abc"), broken()).is_err());
        assert!(Changes::between(broken(), rows("")).is_err());
        assert!(Changes::between(rows(""), broken()).is_err());
    }
}
