//! What is read of a value, ready for reading.

use std::sync::Arc;

use crate::data::fields::Fields;
use crate::data::shape::{Key, Shape};
use crate::data::value::{Object, Value};

/// How many shapes of objects that lack some keys are kept.
const MOST_SHAPES: usize = 16;
/// How many keys are kept for hints.
const MOST_SKIPPED: usize = 64;

#[derive(Debug)]
pub(super) enum Part {
    Whole,
    /// Of an object, or of each element of a list. What is neither is read whole.
    Only(Selection),
    /// The value of this key in place of an object, or of each element of a list; null if it has none.
    Inner(Box<str>),
}

impl From<&Fields> for Part {
    fn from(fields: &Fields) -> Self {
        match fields {
            Fields::All => Self::Whole,
            Fields::Only(keys) => {
                let shape = Arc::new(Shape::of(keys.keys().cloned()));
                Self::Only(Selection {
                    source: Arc::clone(&shape),
                    shape,
                    parts: keys.values().map(Self::from).collect(),
                    others: Vec::new(),
                    is_used: false,
                })
            }
        }
    }
}

/// Some keys of an object, and what is read of their values.
#[derive(Debug)]
pub(super) struct Selection {
    /// The keys, as the source calls them.
    source: Arc<Shape>,
    /// The keys, as the object will have them.
    shape: Arc<Shape>,
    /// As many as there are keys.
    parts: Box<[Part]>,
    /// The shapes of objects that lack some of the keys.
    others: Vec<Arc<Shape>>,
    /// Whether the first object has been read.
    is_used: bool,
}

impl Selection {
    /// The same with a key of another name in the source, of whose value only an inner key is read.
    pub(super) fn taking(mut self, key: &str, from: &str, inner: &str) -> Self {
        let Some(at) = self.shape.position(key) else { return self };
        let called = |(index, key): (usize, &Key)| if index == at { from.into() } else { Arc::clone(key) };
        self.source = Arc::new(Shape::of(self.shape.keys().iter().enumerate().map(called)));
        self.parts[at] = Part::Inner(inner.into());
        self
    }

    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// The place of a key of the source, if it is read.
    pub(super) fn find(&self, key: &str, skipped: &mut Vec<Key>) -> Option<usize> {
        let at = self.source.position(key);
        // The first object shows which keys a hint can name.
        if at.is_none() && !self.is_used && skipped.len() < MOST_SKIPPED {
            skipped.push(key.into());
        }
        at
    }

    pub(super) fn part(&mut self, at: usize) -> Option<&mut Part> {
        self.parts.get_mut(at)
    }

    /// An object with a value for each key, or none.
    pub(super) fn object(&mut self, values: Vec<Option<Value>>, skipped: Vec<Key>) -> Object {
        if !self.is_used {
            self.is_used = true;
            let keys = self.shape.keys().iter().cloned();
            self.shape = Arc::new(Shape::of(keys).skipping(skipped.into()));
        }
        let shape = if values.iter().all(Option::is_some) {
            Arc::clone(&self.shape)
        } else {
            let keys = self.shape.keys().iter().zip(&values);
            let there: Vec<Key> =
                keys.filter_map(|(key, value)| value.is_some().then(|| Arc::clone(key))).collect();
            self.other_shape(&there)
        };
        Object::new(shape, values.into_iter().flatten().collect())
    }

    fn other_shape(&mut self, keys: &[Key]) -> Arc<Shape> {
        if let Some(shape) = self.others.iter().find(|shape| shape.keys() == keys) {
            return Arc::clone(shape);
        }
        let skipped = self.shape.skipped().into();
        let shape = Arc::new(Shape::of(keys.iter().cloned()).skipping(skipped));
        if self.others.len() < MOST_SHAPES {
            self.others.push(Arc::clone(&shape));
        }
        shape
    }
}
