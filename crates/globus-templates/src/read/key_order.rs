//! The order in which the keys of an object are likely to come.

use super::latest_run::LatestRun;

/// How many keys are known.
const MOST: usize = 64;
/// The longest of them, in bytes.
const LONGEST: usize = 256;

/// The keys of the objects so far. The next object is likely to have the same keys in the same order, so that a key is
/// compared with one other, and not looked for.
#[derive(Debug, Default)]
pub(super) struct KeyOrder(Vec<KnownKey>);

#[derive(Debug)]
struct KnownKey {
    /// With quotes and a colon, as it stands in JSON.
    token: Box<str>,
    /// Where its value goes, if it is read.
    place: Option<usize>,
    latest: LatestRun,
}

impl KnownKey {
    fn key(&self) -> &str {
        let inner = self.token.strip_prefix('"').and_then(|token| token.strip_suffix("\":"));
        inner.unwrap_or_default()
    }
}

impl KeyOrder {
    /// The key at this position, as it stands in JSON, and where its value goes.
    #[inline]
    pub(super) fn get(&self, position: usize) -> Option<(&str, Option<usize>)> {
        self.0.get(position).map(|known| (&*known.token, known.place))
    }

    /// The latest run that begins with the key at this position.
    #[inline]
    pub(super) fn latest(&mut self, position: usize) -> Option<&mut LatestRun> {
        self.0.get_mut(position).map(|known| &mut known.latest)
    }

    /// Joins two runs that came again one behind the other, if both have settled. Tells whether it did.
    #[inline]
    pub(super) fn join(&mut self, first: usize, next: usize, text: &str) -> bool {
        match self.0.get_disjoint_mut([first, next]) {
            Ok([first, next]) => first.latest.join(&next.latest, text),
            Err(_) => false,
        }
    }

    /// The position of a key, and where its value goes, which is asked for if the key is new.
    pub(super) fn find(
        &mut self,
        key: &str,
        place: impl FnOnce() -> Option<usize>,
    ) -> (usize, Option<usize>) {
        let found = self.0.iter().enumerate().find(|(_, known)| known.key() == key);
        if let Some((position, known)) = found {
            return (position, known.place);
        }
        let (position, place) = (self.0.len(), place());
        if self.takes(key) {
            self.0.push(KnownKey {
                token: format!("\"{key}\":").into(),
                place,
                latest: LatestRun::default(),
            });
        }
        (position, place)
    }

    /// Whether there is room for another key, which is this one.
    pub(super) fn takes(&self, key: &str) -> bool {
        self.0.len() < MOST && key.len() <= LONGEST && stands_as_it_is(key)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(KnownKey::key)
    }
}

/// Whether JSON needs no escape for a key. One with a quote inside would look like a key and a text.
fn stands_as_it_is(key: &str) -> bool {
    !key.contains(['"', '\\']) && !key.contains(|character: char| character < ' ')
}
