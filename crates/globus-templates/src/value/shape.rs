//! The keys of objects, apart from their values.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use triomphe::Arc;

use super::json_text::write_key;

/// A key, which objects share.
pub type Key = Arc<str>;

/// From this many keys on, a key is found by its hash.
const INDEXED: usize = 16;

/// Different keys, in order.
#[derive(Debug, Default)]
pub struct Shape {
    number: Number,
    keys: Box<[Key]>,
    /// Where each key is, if there are many.
    index: Option<HashMap<Key, usize>>,
    /// This shape with one more key. When a key is added to all objects of a list, they go on sharing a shape.
    longer: OnceLock<Arc<Self>>,
    /// Keys of the source that were not read.
    skipped: Box<[Key]>,
    /// What JSON has before each value, such as `{"id":` and `,"name":`, once an object has been written.
    json_keys: OnceLock<Box<[Box<str>]>>,
}

/// What tells a shape from all others of the process, also from those that are gone.
#[derive(Debug)]
struct Number(u64);

impl Default for Number {
    fn default() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

impl Shape {
    pub fn of(keys: impl IntoIterator<Item = Key>) -> Self {
        let mut uniques = Uniques::default();
        for key in keys {
            uniques.add(key);
        }
        uniques.into_shape()
    }

    #[must_use]
    pub fn skipping(self, skipped: Box<[Key]>) -> Self {
        Self { skipped, ..self }
    }

    /// A number, from 1 on, that no other shape has.
    pub fn number(&self) -> u64 {
        self.number.0
    }

    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    pub fn skipped(&self) -> &[Key] {
        &self.skipped
    }

    pub(super) fn json_keys(&self) -> &[Box<str>] {
        let written = |(index, key): (usize, &Key)| {
            let mut text = String::new();
            write_key(index, key, &mut text);
            text.into()
        };
        self.json_keys.get_or_init(|| self.keys.iter().enumerate().map(written).collect())
    }

    #[inline]
    pub fn position(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => indexed(index, key),
            None => self.keys.iter().position(|other| **other == *key),
        }
    }

    /// The same with a key that it does not have.
    pub fn with(&self, key: &str) -> Arc<Self> {
        let longer = || {
            let keys = Self::of(self.keys.iter().cloned().chain([key.into()]));
            Arc::new(keys.skipping(self.skipped.clone()))
        };
        let kept = self.longer.get_or_init(longer);
        let is_right = kept.keys.last().is_some_and(|last| **last == *key);
        if is_right { Arc::clone(kept) } else { longer() }
    }
}

/// By itself, so that it costs nothing where there are few keys.
#[inline(never)]
fn indexed(index: &HashMap<Key, usize>, key: &str) -> Option<usize> {
    index.get(key).copied()
}

/// Keys that become a shape.
#[derive(Debug, Default)]
pub struct Uniques {
    keys: Vec<Key>,
    index: Option<HashMap<Key, usize>>,
}

impl Uniques {
    /// The position of a key, which may be there already.
    pub fn add(&mut self, key: Key) -> usize {
        let known = match &self.index {
            Some(index) => index.get(&key).copied(),
            None => self.keys.iter().position(|other| *other == key),
        };
        if let Some(at) = known {
            return at;
        }
        let at = self.keys.len();
        if let Some(index) = &mut self.index {
            index.insert(Arc::clone(&key), at);
        }
        self.keys.push(key);
        if self.index.is_none() && self.keys.len() > INDEXED {
            let keys = self.keys.iter().enumerate();
            self.index = Some(keys.map(|(at, key)| (Arc::clone(key), at)).collect());
        }
        at
    }

    pub fn into_shape(self) -> Shape {
        let Self { keys, index } = self;
        Shape { keys: keys.into(), index, ..Shape::default() }
    }
}
