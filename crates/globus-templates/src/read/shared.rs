//! What the values of a source share.

use triomphe::Arc;

use super::recent_shapes::RecentShapes;
use super::recent_texts::RecentTexts;
use crate::value::{Key, Object, Shape, Value};

#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) texts: RecentTexts,
    pub(super) keys: RecentTexts,
    shapes: RecentShapes,
    /// The values of lists and objects that are being read.
    pub(super) stack: Vec<Value>,
    /// For a text with escapes.
    pub(super) buffer: String,
}

impl Shared {
    /// An object of the values from this place of the stack on, as many as there are keys. A key may be there twice.
    pub(super) fn object(&mut self, keys: Vec<Key>, start: usize) -> Object {
        let values = self.stack.drain(start..);
        if let Some(shape) = self.shapes.get(&keys) {
            return Object::new(shape, values);
        }
        let shape = Arc::new(Shape::of(keys.iter().cloned()));
        if shape.keys().len() < keys.len() {
            return keys.into_iter().zip(values).collect();
        }
        self.shapes.keep(&shape);
        Object::new(shape, values)
    }
}
