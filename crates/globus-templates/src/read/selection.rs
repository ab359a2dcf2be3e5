//! What is read of a value, ready for reading.

use std::iter;
use std::sync::Arc;

use super::key_order::KeyOrder;
use crate::value::Fields;
use crate::value::{Key, Shape};
use crate::value::{Object, Value};

/// How many shapes of objects that lack some keys are kept.
const MOST_SHAPES: usize = 16;

#[derive(Debug)]
pub(super) enum Part {
    Whole,
    /// Of an object, or of each element of a list. What is neither is read whole.
    Only(Selection),
    /// The value of this key in place of an object, or of each element of a list; null if it has none, and in place of
    /// a text.
    Inner {
        selection: Selection,
        latest: Latest,
    },
}

impl Part {
    /// This part of a value that was read whole.
    pub(super) fn of(&mut self, value: &Value) -> Value {
        match (value, self) {
            (_, Self::Whole) => value.clone(),
            (Value::List(list), part) => list.iter().map(|value| part.of(value)).collect(),
            (Value::Object(object), Self::Only(selection)) => selection.of(object).into(),
            (Value::Object(object), Self::Inner { selection, .. }) => {
                selection.of(object).values().next().cloned().unwrap_or_default()
            }
            (Value::Text(_), Self::Inner { .. }) => Value::Null,
            _ => value.clone(),
        }
    }
}

impl From<&Fields> for Part {
    fn from(fields: &Fields) -> Self {
        match fields {
            Fields::All => Self::Whole,
            Fields::Only(keys) => {
                Self::Only(Selection::new(keys.keys().cloned(), keys.values().map(Self::from).collect()))
            }
        }
    }
}

/// The latest list. Many are the same as the one before.
#[derive(Debug, Default)]
pub(super) struct Latest(Value);

impl Latest {
    /// A list of these values.
    pub(super) fn list(&mut self, values: &[Option<Value>]) -> Value {
        let is_same = |latest: &[Value]| latest.iter().map(Some).eq(values.iter().map(Option::as_ref));
        if !self.0.as_list().is_some_and(is_same) {
            self.0 = values.iter().cloned().map(Option::unwrap_or_default).collect();
        }
        self.0.clone()
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
    /// Whether the first object has been read: its other keys are those that a hint can name.
    is_used: bool,
    /// The keys as they are likely to come.
    pub(super) order: KeyOrder,
}

impl Selection {
    fn new(keys: impl Iterator<Item = Key>, parts: Box<[Part]>) -> Self {
        let shape = Arc::new(Shape::of(keys));
        Self {
            source: Arc::clone(&shape),
            shape,
            parts,
            others: Vec::new(),
            is_used: false,
            order: KeyOrder::default(),
        }
    }

    /// The same with a key of another name in the source, of whose value only an inner key is read.
    pub(super) fn taking(mut self, key: &str, from: &str, inner: &str) -> Self {
        let Some(at) = self.shape.position(key) else { return self };
        let called = |(index, key): (usize, &Key)| if index == at { from.into() } else { Arc::clone(key) };
        self.source = Arc::new(Shape::of(self.shape.keys().iter().enumerate().map(called)));
        let selection = Self::new(iter::once(inner.into()), [Part::Whole].into());
        self.parts[at] = Part::Inner { selection, latest: Latest::default() };
        self
    }

    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// The position of a key in the order, and the place of its value, if it is read.
    pub(super) fn find(&mut self, key: &str) -> (usize, Option<usize>) {
        self.order.find(key, || self.source.position(key))
    }

    pub(super) fn part(&mut self, at: usize) -> Option<&mut Part> {
        self.parts.get_mut(at)
    }

    fn of(&mut self, object: &Object) -> Object {
        let mut values = vec![None; self.parts.len()];
        for (key, value) in object.iter() {
            if let Some(at) = self.find(key).1 {
                values[at] = Some(self.parts[at].of(value));
            }
        }
        self.object(values.into_iter())
    }

    /// An object with a value for each key, or none.
    pub(super) fn object(&mut self, values: impl ExactSizeIterator<Item = Option<Value>>) -> Object {
        if !self.is_used {
            self.is_used = true;
            let skipped = self.order.keys().filter(|key| self.shape.position(key).is_none());
            let skipped = skipped.map(Key::from).collect();
            self.shape = Arc::new(Shape::of(self.shape.keys().iter().cloned()).skipping(skipped));
        }
        let mut missing = Vec::new();
        let values = values.enumerate().map(|(at, value)| {
            value.unwrap_or_else(|| {
                missing.push(at);
                Value::Null
            })
        });
        let values: Box<[Value]> = values.collect();
        if missing.is_empty() {
            return Object::new(Arc::clone(&self.shape), values);
        }
        let keys = self.shape.keys().iter().zip(values).enumerate();
        let there = keys.filter(|(at, _)| missing.binary_search(at).is_err());
        let (keys, values): (Vec<Key>, Vec<Value>) =
            there.map(|(_, (key, value))| (Arc::clone(key), value)).unzip();
        Object::new(self.other_shape(&keys), values.into())
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
