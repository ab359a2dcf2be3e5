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
}

impl From<&Fields> for Part {
    fn from(fields: &Fields) -> Self {
        match fields {
            Fields::All => Self::Whole,
            Fields::Only(keys) => Self::Only(Selection {
                shape: Arc::new(Shape::of(keys.keys().cloned())),
                parts: keys.values().map(Self::from).collect(),
                others: Vec::new(),
                is_used: false,
            }),
        }
    }
}

/// Some keys of an object, and what is read of their values.
#[derive(Debug)]
pub(super) struct Selection {
    shape: Arc<Shape>,
    /// As many as there are keys.
    parts: Box<[Part]>,
    /// The shapes of objects that lack some of the keys.
    others: Vec<Arc<Shape>>,
    /// Whether the first object has been read.
    is_used: bool,
}

impl Selection {
    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    pub(super) fn position(&self, key: &str) -> Option<usize> {
        self.shape.position(key)
    }

    pub(super) fn part(&mut self, at: usize) -> Option<&mut Part> {
        self.parts.get_mut(at)
    }

    /// Whether it has to be told of the keys that are skipped: the first object shows which ones a hint can name.
    pub(super) fn wants_skipped(&self, skipped: &[Key]) -> bool {
        !self.is_used && skipped.len() < MOST_SKIPPED
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
