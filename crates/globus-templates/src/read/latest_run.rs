//! Entries of an object that may come once more.

use super::scanner::Scanner;
use crate::value::Value;

/// Longer entries, in bytes, are hardly ever the same as others.
const LONGEST: usize = 1024;
/// After so many other ones in a row, as of an id, it is not worth looking for the same.
const TRIES: i8 = 4;
/// After so many, it is tried again.
const PAUSE: i8 = 64;
/// What came so many times in a row is likely to come again together with what is behind it.
const SETTLED: i8 = 8;

/// The entry that a key had in the latest object, and those behind it that have settled as it has. Where the next object
/// has the same bytes, it has the same values, and they need not be read again.
#[derive(Debug, Default)]
pub(super) struct LatestRun {
    /// Keys and values, and the comma or the bracket behind the last one: whole tokens, whatever follows.
    text: String,
    /// The length of the first entry, and how many of the values it has.
    first: (usize, usize),
    /// How many entries there are.
    entries: usize,
    /// Whether the object had another entry behind the last one.
    goes_on: bool,
    /// The values that are read, with their places.
    values: Vec<(usize, Value)>,
    /// How many objects in a row had these entries; if negative, how many had other ones.
    streak: i8,
}

/// Entries that came again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Again {
    /// How many.
    pub(super) entries: usize,
    /// Whether the object has another one behind them.
    pub(super) goes_on: bool,
}

impl LatestRun {
    /// Reads the same entries once more, or the first one alone, if they come next.
    #[inline]
    pub(super) fn again(&mut self, scanner: &mut Scanner<'_>, values: &mut [Option<Value>]) -> Option<Again> {
        if self.streak <= -TRIES || self.entries == 0 {
            return None;
        }
        if !scanner.is_next(&self.text) {
            self.cut(scanner)?;
        }
        self.streak = self.streak.max(0).saturating_add(1);
        for (place, value) in &self.values {
            if let Some(there) = values.get_mut(*place) {
                *there = Some(value.clone());
            }
        }
        Some(Again { entries: self.entries, goes_on: self.goes_on })
    }

    /// Reads the first entry alone, if it comes next, and forgets the others.
    fn cut(&mut self, scanner: &mut Scanner<'_>) -> Option<()> {
        let (length, values) = self.first;
        if self.entries == 1 || !scanner.is_next(self.text.get(..length)?) {
            return None;
        }
        self.text.truncate(length);
        self.values.truncate(values);
        (self.entries, self.goes_on, self.streak) = (1, true, 0);
        Some(())
    }

    /// Another entry came. Whether it is worth keeping: otherwise the next one will not be compared with it.
    #[inline]
    pub(super) fn differs(&mut self) -> bool {
        self.streak = if self.streak <= -PAUSE { 0 } else { self.streak.min(0) - 1 };
        self.streak > -TRIES
    }

    /// Keeps an entry in place of all.
    pub(super) fn keep(&mut self, entry: &str, goes_on: bool, value: Option<(usize, &Value)>) {
        self.text.clear();
        self.values.clear();
        if entry.len() > LONGEST {
            self.entries = 0;
            return;
        }
        self.text.push_str(entry);
        self.values.extend(value.map(|(place, value)| (place, value.clone())));
        self.first = (entry.len(), self.values.len());
        (self.entries, self.goes_on) = (1, goes_on);
    }

    /// Takes the next run in as well, if both have settled; the text is that of both. Tells whether it did.
    #[inline]
    pub(super) fn join(&mut self, next: &Self, text: &str) -> bool {
        let joins = self.streak.min(next.streak) >= SETTLED && text.len() <= LONGEST;
        if joins {
            self.text.clear();
            self.text.push_str(text);
            self.entries += next.entries;
            self.goes_on = next.goes_on;
            self.values.extend_from_slice(&next.values);
        }
        joins
    }
}
