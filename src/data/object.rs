//! Objects: keys with their values, in order.

use std::collections::HashMap;
use std::sync::Arc;

use super::value::Value;

/// A key, which the objects of a list share.
pub type Key = Arc<str>;

/// From this many keys on, a key is found by its hash.
const INDEXED: usize = 16;

/// Keys and values in the order of the source. Immutable; clones share everything.
#[derive(Clone)]
pub struct Object(Arc<Entries>);

struct Entries {
    list: Box<[(Key, Value)]>,
    /// Where each key is, if there are many.
    index: Option<HashMap<Key, usize>>,
}

impl Object {
    pub fn len(&self) -> usize {
        self.0.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.list.is_empty()
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        let at = match &self.0.index {
            Some(index) => *index.get(key)?,
            None => self.0.list.iter().position(|(other, _)| &**other == key)?,
        };
        Some(&self.0.list[at].1)
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Key, &Value)> + DoubleEndedIterator {
        self.0.list.iter().map(|(key, value)| (key, value))
    }

    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Key> {
        self.iter().map(|(key, _)| key)
    }

    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.iter().map(|(_, value)| value)
    }

    /// The same with this value for a key: in its place if there is one, else at the end.
    #[must_use]
    pub fn with(&self, key: &str, value: Value) -> Self {
        let others = self.iter().map(|(key, value)| (Arc::clone(key), value.clone()));
        others.chain([(key.into(), value)]).collect()
    }
}

/// A key that is there twice keeps its first place and its last value, as in JSON.
impl FromIterator<(Key, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (Key, Value)>>(entries: I) -> Self {
        let mut list: Vec<(Key, Value)> = Vec::new();
        let mut index: Option<HashMap<Key, usize>> = None;
        for (key, value) in entries {
            let known = match &index {
                Some(index) => index.get(&key).copied(),
                None => list.iter().position(|(other, _)| *other == key),
            };
            if let Some(at) = known {
                list[at].1 = value;
                continue;
            }
            if let Some(index) = &mut index {
                index.insert(Arc::clone(&key), list.len());
            }
            list.push((key, value));
            if index.is_none() && list.len() > INDEXED {
                index = Some(list.iter().enumerate().map(|(at, (key, _))| (Arc::clone(key), at)).collect());
            }
        }
        Self(Arc::new(Entries { list: list.into(), index }))
    }
}

/// The order of keys does not matter.
impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}
