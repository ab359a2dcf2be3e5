//! The keys of objects that come again and again.

use triomphe::Arc;

use crate::value::{Key, Shape};

/// How many shapes are kept. The lengths of their keys say which it may be.
const KEPT: usize = 64;
/// Objects with more keys, or with longer ones, do not share them, so that what is kept is bounded.
const MOST_KEYS: usize = 64;
const LONGEST_KEY: usize = 256;

/// Keeps shapes for a while, so that objects with the same keys share them.
#[derive(Debug)]
pub(super) struct RecentShapes(Box<[Option<Arc<Shape>>]>);

impl Default for RecentShapes {
    fn default() -> Self {
        Self(vec![None; KEPT].into())
    }
}

impl RecentShapes {
    /// A shape with exactly these keys, if they are different and there is one.
    pub(super) fn get(&self, keys: &[Key]) -> Option<Arc<Shape>> {
        self.0[place(keys)].clone().filter(|shape| shape.keys() == keys)
    }

    pub(super) fn keep(&mut self, shape: &Arc<Shape>) {
        let keys = shape.keys();
        if keys.len() <= MOST_KEYS && keys.iter().all(|key| key.len() <= LONGEST_KEY) {
            self.0[place(keys)] = Some(Arc::clone(shape));
        }
    }
}

fn place(keys: &[Key]) -> usize {
    keys.iter().fold(0_usize, |place, key| place.wrapping_mul(31).wrapping_add(key.len())) % KEPT
}
