//! Which parts of the data are read.

use std::collections::BTreeMap;

use super::shape::Key;

/// What a template reads of a value. That of the whole data has the keys that a template sees, so `groups` leads to what is
/// read of each row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fields {
    /// All of it.
    All,
    /// Of an object these keys, and of a list the same of each element. What is neither is read whole.
    Only(BTreeMap<Key, Self>),
}

impl Fields {
    /// Nothing but whether it is there, its type, and the length of a list.
    pub const NONE: Self = Self::Only(BTreeMap::new());

    /// Adds what is read at the end of a path. A number in the path is a key of an object, or a place in a list.
    pub fn add(&mut self, path: &[&str], read: Self) {
        let Self::Only(keys) = self else { return };
        match path {
            [] => self.merge(read),
            [first, rest @ ..] => {
                let is_place = first.bytes().all(|byte| byte.is_ascii_digit());
                keys.entry((*first).into()).or_insert(Self::NONE).add(rest, read.clone());
                if is_place {
                    self.add(rest, read);
                }
            }
        }
    }

    /// Adds what another one reads of the same value.
    pub fn merge(&mut self, other: Self) {
        match (self, other) {
            (Self::All, _) => {}
            (all, Self::All) => *all = Self::All,
            (Self::Only(keys), Self::Only(others)) => {
                for (key, read) in others {
                    keys.entry(key).or_insert(Self::NONE).merge(read);
                }
            }
        }
    }

    /// Whether what these keys lead to is read by its name, and not only because all around it is.
    #[must_use]
    pub fn names(&self, path: &[&str]) -> bool {
        match (path, self) {
            ([], _) => true,
            ([first, rest @ ..], Self::Only(keys)) => keys.get(*first).is_some_and(|read| read.names(rest)),
            (_, Self::All) => false,
        }
    }

    /// What is read of the value of this key; `None` if it is not read.
    #[must_use]
    pub fn of(&self, key: &str) -> Option<&Self> {
        match self {
            Self::All => Some(&Self::All),
            Self::Only(keys) => keys.get(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    fn only(paths: &[&[&str]]) -> Fields {
        let mut fields = Fields::NONE;
        for path in paths {
            fields.add(path, Fields::All);
        }
        fields
    }

    #[test]
    fn paths_add_up() {
        let fields = only(&[&["a"], &["b", "c"], &["b", "d"]]);
        assert_eq!(fields.of("a"), Some(&Fields::All));
        assert_eq!(fields.of("b"), Some(&only(&[&["c"], &["d"]])));
        assert_eq!(fields.of("c"), None);
        assert_eq!(only(&[&["b"], &["b", "c"]]), only(&[&["b"]]));
        assert_eq!(only(&[&["b", "c"], &["b"]]), only(&[&["b"]]));
        assert_eq!(only(&[&[]]), Fields::All);
        assert_eq!(Fields::All.of("x"), Some(&Fields::All));
    }

    #[test]
    fn a_number_may_be_a_place_in_a_list() {
        assert_eq!(only(&[&["list", "0", "a"]]), only(&[&["list", "0", "a"], &["list", "a"]]));
        assert_eq!(only(&[&["list", "0"]]).of("list"), Some(&Fields::All));
    }
}
