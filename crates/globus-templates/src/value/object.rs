//! Objects: keys with their values, in order.

use std::sync::atomic::{AtomicU64, Ordering};

use smallvec::SmallVec;
use triomphe::{Arc, ThinArc};

use super::shape::{Key, Shape, Uniques};

/// Keys and values in the order of the source. Immutable; clones share everything, and objects with the same keys can
/// share these. One allocation, and a pointer to it: the shape, and as many values as that has keys.
#[derive(Debug)]
pub struct ObjectOf<V>(ThinArc<Arc<Shape>, V>);

/// The place that a key had in the last object in which it was looked for: a loop looks for it in objects of one shape.
/// Each key has a `Place` of its own.
#[derive(Debug, Default)]
pub struct Place(
    /// The number of the shape, and the index in the lower bits. 0 if none is known.
    AtomicU64,
);

/// Keys behind so many others, all that a `u16` can count, have no [`Place`].
const PLACES: u64 = 1 << u16::BITS;

impl<V> ObjectOf<V> {
    /// With as many values as the shape has keys.
    pub fn new(shape: Arc<Shape>, values: impl ExactSizeIterator<Item = V>) -> Self {
        debug_assert_eq!(shape.keys().len(), values.len());
        Self(ThinArc::from_header_and_iter(shape, values))
    }

    fn shape(&self) -> &Arc<Shape> {
        &self.0.header.header
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.slice.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.slice.is_empty()
    }

    #[must_use]
    pub fn get(&self, key: &str) -> Option<&V> {
        self.0.slice.get(self.shape().position(key)?)
    }

    /// The same for a key that is likely to have the place that it had in the last object. Remembers where it is.
    #[must_use]
    pub fn get_near(&self, key: &str, place: &Place) -> Option<&V> {
        let shape = self.shape();
        let last = place.0.load(Ordering::Relaxed);
        let near = usize::try_from(last % PLACES).ok()?;
        if last / PLACES == shape.number() {
            debug_assert_eq!(shape.position(key), Some(near), "{key} has another key's place");
            return self.0.slice.get(near);
        }
        // Another shape may begin with the same keys.
        let is_near = shape.keys().get(near).is_some_and(|there| **there == *key);
        let at = if is_near { near } else { shape.position(key)? };
        if let Ok(index) = u16::try_from(at) {
            place.0.store(shape.number() * PLACES + u64::from(index), Ordering::Relaxed);
        }
        self.0.slice.get(at)
    }

    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Key, &V)> + DoubleEndedIterator {
        self.keys().zip(&self.0.slice)
    }

    #[must_use]
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Key> + DoubleEndedIterator {
        self.shape().keys().iter()
    }

    #[must_use]
    pub fn values(&self) -> impl ExactSizeIterator<Item = &V> + DoubleEndedIterator {
        self.0.slice.iter()
    }

    /// Whether something else holds these keys, too, so that more objects are likely to have them.
    #[must_use]
    pub(super) fn shares_keys(&self) -> bool {
        !self.shape().is_unique()
    }

    /// What JSON has before each value. It is kept with the keys.
    pub(super) fn json_keys(&self) -> impl Iterator<Item = &str> {
        self.shape().json_keys().iter().map(|key| &**key)
    }

    /// The keys, and after them those that the source has and a run does not read. They are for hints.
    pub fn known_keys(&self) -> impl Iterator<Item = &Key> {
        self.keys().chain(self.shape().skipped())
    }
}

impl<V: Clone> ObjectOf<V> {
    /// The same with this value for a key: in its place if there is one, else at the end.
    #[must_use]
    pub fn with(&self, key: &str, value: V) -> Self {
        self.with_all([(key, value)])
    }

    /// The same with several values. Objects of one shape that get the same keys have one shape again.
    #[must_use]
    pub fn with_all<const N: usize>(&self, entries: [(&str, V); N]) -> Self {
        let mut shape = Arc::clone(self.shape());
        let mut values: SmallVec<[V; 16]> = self.values().cloned().collect();
        for (key, value) in entries {
            if let Some(former) = shape.position(key).and_then(|at| values.get_mut(at)) {
                *former = value;
            } else {
                shape = shape.with(key);
                values.push(value);
            }
        }
        Self::new(shape, values.into_iter())
    }
}

impl<V> Clone for ObjectOf<V> {
    fn clone(&self) -> Self {
        Self(ThinArc::clone(&self.0))
    }
}

/// A key that is there twice keeps its first place and its last value, as in JSON.
impl<V> FromIterator<(Key, V)> for ObjectOf<V> {
    fn from_iter<I: IntoIterator<Item = (Key, V)>>(entries: I) -> Self {
        let mut keys = Uniques::default();
        let mut values = Vec::new();
        for (key, value) in entries {
            let at = keys.add(key);
            match values.get_mut(at) {
                Some(former) => *former = value,
                None => values.push(value),
            }
        }
        Self::new(Arc::new(keys.into_shape()), values.into_iter())
    }
}

/// The order of keys does not matter.
impl<V: PartialEq> PartialEq for ObjectOf<V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

#[cfg(test)]
mod tests {
    use triomphe::Arc;

    use super::{ObjectOf, PLACES, Place};

    fn object(keys: impl IntoIterator<Item = String>) -> ObjectOf<usize> {
        keys.into_iter().enumerate().map(|(value, key)| (key.into(), value)).collect()
    }

    fn shown(object: &ObjectOf<usize>) -> String {
        object.iter().flat_map(|(key, value)| [key.to_string(), value.to_string()]).collect()
    }

    #[test]
    fn a_key_keeps_its_first_place_and_its_last_value() {
        assert_eq!(shown(&object("abcb".chars().map(String::from))), "a0b3c2");
        let many = || (0..50).map(|number| number.to_string());
        let twice = object(many().chain(many()));
        assert_eq!(twice.len(), 50);
        assert!(twice.values().copied().eq(50..100));
        assert_eq!((twice.get("49"), twice.get("50")), (Some(&99), None));
    }

    #[test]
    fn a_key_is_set_or_added_and_the_others_stay() {
        let small = object(["a".to_owned(), "b".to_owned()]);
        assert_eq!(shown(&small.with("a", 7)), "a7b1");
        assert_eq!(shown(&small.with("c", 7).with("d", 8)), "a0b1c7d8");
        assert_eq!(shown(&small.with("d", 7)), "a0b1d7");
        assert_eq!(shown(&small.with_all([("c", 7), ("a", 8), ("c", 9)])), "a8b1c9");
        assert_eq!(shown(&small), "a0b1");
    }

    #[test]
    fn objects_made_alike_share_their_keys() {
        let small = object(["a".to_owned()]);
        let (one, other) = (small.with("b", 1), small.with("b", 2));
        assert!(Arc::ptr_eq(one.shape(), other.shape()));
    }

    #[test]
    fn a_key_is_found_near_its_last_place_in_any_object() {
        let last = PLACES.to_string();
        let objects = [
            object(["a".to_owned(), "b".to_owned()]),
            object(["b".to_owned(), "a".to_owned()]),
            object(["b".to_owned()]),
            object((0..=PLACES).map(|number| number.to_string()).chain(["a".to_owned()])),
        ];
        for key in ["a", "b", "c", "0", &last] {
            let place = Place::default();
            for object in objects.iter().chain(&objects).flat_map(|object| [object, object]) {
                assert_eq!(object.get_near(key, &place), object.get(key), "{key}");
            }
        }
    }

    #[test]
    fn the_order_of_keys_is_no_difference() {
        let object = |entries: &[(&str, u8)]| -> ObjectOf<u8> {
            entries.iter().map(|(key, value)| ((*key).into(), *value)).collect()
        };
        assert_eq!(object(&[("a", 1), ("b", 2)]), object(&[("b", 2), ("a", 1)]));
        assert_ne!(object(&[("a", 1)]), object(&[("b", 1)]));
        assert_ne!(object(&[("a", 1)]), object(&[("a", 1), ("b", 2)]));
    }
}
