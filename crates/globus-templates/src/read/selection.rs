//! What is read of a value, ready for reading.

use std::{iter, mem};
use triomphe::Arc;

use super::key_order::KeyOrder;
use super::latest_run::Again;
use super::scanner::Scanner;
use crate::value::Fields;
use crate::value::{Key, Shape};
use crate::value::{Object, Value};

/// How many shapes of objects that lack some keys are kept.
const MOST_SHAPES: usize = 16;
/// How many levels of objects learn their keys: rows, and what is in their lists. So what is kept is bounded.
const LEVELS: usize = 2;
/// How often the keys of objects are learned anew, because others came in another order.
const TRIES: u8 = 16;

#[derive(Debug)]
pub(super) enum Part {
    Whole,
    /// All of it; of objects, with the keys of those so far.
    Learned(Selection),
    /// Of an object, or of each element of a list. What is neither is read whole.
    Only(Selection),
    /// The value of this key in place of an object, or of each element of a list; null if it has none, and in place of
    /// a text.
    Inner {
        selection: Selection,
        latest: LatestLists,
    },
}

impl Part {
    /// This part of a value that was read whole.
    pub(super) fn of(&mut self, value: &Value) -> Value {
        match (value, self) {
            (_, Self::Whole | Self::Learned(_)) => value.clone(),
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
            Fields::All => Self::Learned(Selection::learned(LEVELS)),
            Fields::Only(keys) => {
                Self::Only(Selection::new(keys.keys().cloned(), keys.values().map(Self::from).collect()))
            }
        }
    }
}

/// How a selection learns keys.
#[derive(Debug)]
struct Learning {
    /// How many levels of objects learn, with this one.
    levels: usize,
    /// How often it may begin anew.
    tries: u8,
}

impl Learning {
    /// What is read of the value of a new key.
    fn part(&self) -> Part {
        match self.levels {
            0 | 1 => Part::Whole,
            levels => Part::Learned(Selection::learned(levels - 1)),
        }
    }
}

/// The latest lists. Many are the same as one of those before.
#[derive(Debug, Default)]
pub(super) struct LatestLists([Value; 2]);

impl LatestLists {
    /// A list of these values.
    pub(super) fn list(&mut self, values: &[Value]) -> Value {
        let [latest, former] = &mut self.0;
        if latest.as_list() != Some(values) {
            mem::swap(latest, former);
        }
        if latest.as_list() != Some(values) {
            *latest = values.into();
        }
        latest.clone()
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
    parts: Vec<Part>,
    /// The values of the object that is being read; `None` for a key that has not come.
    values: Vec<Option<Value>>,
    /// How it learns keys, if it takes all of them.
    learning: Option<Learning>,
    /// Whether the keys of the object came in the order of the selection, and were all taken.
    is_in_order: bool,
    /// The shapes of objects that lack some of the keys.
    others: Vec<Arc<Shape>>,
    /// Whether the first object has been read: its other keys are those that a hint can name.
    is_used: bool,
    /// The keys as they are likely to come.
    order: KeyOrder,
}

impl Selection {
    fn new(keys: impl Iterator<Item = Key>, parts: Vec<Part>) -> Self {
        let shape = Arc::new(Shape::of(keys));
        Self {
            source: Arc::clone(&shape),
            shape,
            values: vec![None; parts.len()],
            parts,
            learning: None,
            is_in_order: true,
            others: Vec::new(),
            is_used: false,
            order: KeyOrder::default(),
        }
    }

    /// All keys that come. Objects in it are read the same way, as far as this many levels.
    fn learned(levels: usize) -> Self {
        Self { learning: Some(Learning { levels, tries: TRIES }), ..Self::new(iter::empty(), Vec::new()) }
    }

    /// Whether it is worth going on to learn.
    pub(super) fn learns(&self) -> bool {
        self.learning.as_ref().is_some_and(|learning| learning.tries > 0)
    }

    /// Forgets the keys: the next object may have them in an order that holds for others as well.
    pub(super) fn learn_anew(&mut self) {
        if let Some(Learning { levels, tries }) = self.learning {
            *self = Self::learned(levels);
            self.learning = Some(Learning { levels, tries: tries.saturating_sub(1) });
        }
    }

    pub(super) fn is_in_order(&self) -> bool {
        self.is_in_order
    }

    /// The same with a key of another name in the source, of whose value only an inner key is read.
    pub(super) fn taking(mut self, key: &str, from: &str, inner: &str) -> Self {
        let Some(at) = self.shape.position(key) else { return self };
        let called = |(index, key): (usize, &Key)| if index == at { from.into() } else { Arc::clone(key) };
        self.source = Arc::new(Shape::of(self.shape.keys().iter().enumerate().map(called)));
        let selection = Self::new(iter::once(inner.into()), vec![Part::Whole]);
        self.parts[at] = Part::Inner { selection, latest: LatestLists::default() };
        self
    }

    /// Another object begins, of which nothing has been read. An earlier one may have ended early.
    pub(super) fn start(&mut self) {
        self.is_in_order = true;
        self.values.iter_mut().filter(|value| value.is_some()).for_each(|value| *value = None);
    }

    /// Reads the latest entries from this position on once more, if they come next. They are taken together with those
    /// before them from now on, if they came again as well.
    #[inline]
    pub(super) fn again(
        &mut self,
        position: usize,
        scanner: &mut Scanner<'_>,
        before: &mut Option<(usize, usize)>,
    ) -> Option<Again> {
        let start = scanner.position();
        let again = self.order.latest(position)?.again(scanner, &mut self.values)?;
        if let Some((first, start)) = *before
            && self.order.join(first, position, scanner.since(start)?)
        {
            return Some(again);
        }
        *before = Some((position, start));
        Some(again)
    }

    /// The position of the next key in the order, where it is likely to be at `position`, and the place of its value, if
    /// it is read.
    #[inline]
    pub(super) fn key(
        &mut self,
        position: usize,
        scanner: &mut Scanner<'_>,
    ) -> Option<(usize, Option<usize>)> {
        if let Some((key, place)) = self.order.get(position)
            && scanner.is_next(key)
        {
            return Some((position, place));
        }
        let (found, place) = self.find(scanner.key()?);
        self.is_in_order &= found >= position && place.is_some();
        Some((found, place))
    }

    fn find(&mut self, key: &str) -> (usize, Option<usize>) {
        let takes = self.order.takes(key);
        self.order.find(key, || match &self.learning {
            None => self.source.position(key),
            Some(learning) => takes.then(|| {
                self.parts.push(learning.part());
                self.values.push(None);
                self.parts.len() - 1
            }),
        })
    }

    #[inline]
    pub(super) fn part(&mut self, place: usize) -> Option<&mut Part> {
        self.parts.get_mut(place)
    }

    #[inline]
    pub(super) fn put(&mut self, place: usize, value: Value) {
        if let Some(there) = self.values.get_mut(place) {
            *there = Some(value);
        }
    }

    /// Notes that the entry of the key at this position is not as the latest one was.
    #[inline]
    pub(super) fn note<'t>(
        &mut self,
        position: usize,
        place: Option<usize>,
        goes_on: bool,
        entry: impl FnOnce() -> Option<&'t str>,
    ) -> Option<()> {
        if let Some(latest) = self.order.latest(position)
            && latest.differs()
        {
            let value = place.and_then(|place| Some((place, self.values.get(place)?.as_ref()?)));
            latest.keep(entry()?, goes_on, value);
        }
        Some(())
    }

    fn of(&mut self, object: &Object) -> Object {
        self.start();
        for (key, value) in object.iter() {
            if let Some(place) = self.find(key).1 {
                self.values[place] = Some(self.parts[place].of(value));
            }
        }
        self.object()
    }

    /// The value of the first key, or null.
    pub(super) fn first(&mut self) -> Value {
        self.values.first_mut().and_then(Option::take).unwrap_or_default()
    }

    /// An object of what has been read.
    pub(super) fn object(&mut self) -> Object {
        if self.shape.keys().len() < self.parts.len() {
            self.shape = Arc::new(Shape::of(self.order.keys().map(Key::from)));
        }
        if !self.is_used {
            self.is_used = true;
            let skipped = self.order.keys().filter(|key| self.shape.position(key).is_none());
            let skipped = skipped.map(Key::from).collect();
            self.shape = Arc::new(Shape::of(self.shape.keys().iter().cloned()).skipping(skipped));
        }
        if self.values.iter().all(Option::is_some) {
            let values = self.values.iter_mut().map(|value| value.take().unwrap_or_default());
            return Object::new(Arc::clone(&self.shape), values);
        }
        let entries = self.shape.keys().iter().zip(&mut self.values);
        let there = entries.filter_map(|(key, value)| Some((Arc::clone(key), value.take()?)));
        let (keys, values): (Vec<Key>, Vec<Value>) = there.unzip();
        Object::new(self.other_shape(&keys), values.into_iter())
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
