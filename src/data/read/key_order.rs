//! The order in which the keys of an object are likely to come.

/// How many keys are known.
const MOST: usize = 64;

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
}

impl KnownKey {
    fn key(&self) -> &str {
        let inner = self.token.strip_prefix('"').and_then(|token| token.strip_suffix("\":"));
        inner.unwrap_or_default()
    }
}

impl KeyOrder {
    /// The key at this position, as it stands in JSON, and where its value goes.
    pub(super) fn get(&self, position: usize) -> Option<(&str, Option<usize>)> {
        self.0.get(position).map(|known| (&*known.token, known.place))
    }

    /// The position of a key, which may be new.
    pub(super) fn find(
        &mut self,
        key: &str,
        place: impl FnOnce() -> Option<usize>,
    ) -> (usize, Option<usize>) {
        let position = self.0.iter().position(|known| known.key() == key);
        if let Some(position) = position {
            return (position, self.0[position].place);
        }
        let place = place();
        if self.0.len() < MOST {
            self.0.push(KnownKey { token: format!("\"{key}\":").into(), place });
        }
        (self.0.len() - 1, place)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(KnownKey::key)
    }
}
