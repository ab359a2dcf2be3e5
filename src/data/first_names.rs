//! Names for a message that may be about many.

use std::fmt;

/// How many are named.
const NAMED: usize = 5;

/// The first names, and how many more there are.
#[derive(Debug, Default)]
pub(super) struct FirstNames {
    /// In order of their places.
    first: Vec<(Place, String)>,
    count: usize,
}

/// Which one it is, such as of the rows of a list; with several numbers, in the list of a row of which, and so on.
pub(super) type Place = Vec<usize>;

impl FirstNames {
    /// A name that comes after those before.
    pub(super) fn add(&mut self, name: impl Into<String>) {
        self.add_at(&[self.count], name);
    }

    /// A name that may come late, such as with a response.
    pub(super) fn add_at(&mut self, place: &[usize], name: impl Into<String>) {
        self.count += 1;
        let before = self.first.partition_point(|(other, _)| other.as_slice() <= place);
        if before < NAMED {
            self.first.insert(before, (place.to_vec(), name.into()));
            self.first.truncate(NAMED);
        }
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }
}

/// `A, B and 3 more`.
impl fmt::Display for FirstNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (_, name)) in self.first.iter().enumerate() {
            let comma = if number == 0 { "" } else { ", " };
            write!(f, "{comma}{name}")?;
        }
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

#[cfg(test)]
mod tests {
    use super::FirstNames;

    #[test]
    fn the_first_ones_are_named_in_whatever_order_they_come() {
        let mut names = FirstNames::default();
        for (place, name) in [
            ([3, 0], "g"),
            ([1, 0], "d"),
            ([0, 2], "c"),
            ([1, 1], "e"),
            ([0, 0], "a"),
            ([3, 1], "h"),
            ([2, 0], "f"),
            ([0, 1], "b"),
        ] {
            names.add_at(&place, name);
        }
        assert_eq!(names.to_string(), "a, b, c, d, e and 3 more");
        let names: FirstNames = ["b", "a"].into_iter().collect();
        assert_eq!(names.to_string(), "b, a");
    }
}
