//! Names for a message that may be about many.

use std::fmt;

/// How many are named.
const NAMED: usize = 5;

/// The first names, and how many more there are.
#[derive(Debug, Default)]
pub(super) struct FirstNames {
    first: Vec<String>,
    count: usize,
}

impl FirstNames {
    pub(super) fn add(&mut self, name: impl Into<String>) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(name.into());
        }
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }
}

/// `A, B and 3 more`.
impl fmt::Display for FirstNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.first.join(", "))?;
        match self.count - self.first.len() {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

impl<N: Into<String>> FromIterator<N> for FirstNames {
    fn from_iter<I: IntoIterator<Item = N>>(names: I) -> Self {
        let mut first = Self::default();
        names.into_iter().for_each(|name| first.add(name));
        first
    }
}
