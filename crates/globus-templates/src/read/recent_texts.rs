//! Texts that come again and again.

use triomphe::Arc;

/// A longer text is hardly ever the same as another one: it is a name, an id or a description.
const LONGEST: usize = 24;
/// How many pairs are kept. The hash of a text says in which pair it may be.
const PAIRS: usize = 256;

/// Keeps short texts for a while, so that the same text is one allocation. Bounded, whatever a service sends.
#[derive(Debug)]
pub(super) struct RecentTexts(Box<[[Option<Arc<str>>; 2]]>);

impl Default for RecentTexts {
    fn default() -> Self {
        Self(vec![[const { None }; 2]; PAIRS].into())
    }
}

impl RecentTexts {
    pub(super) fn get(&mut self, text: &str) -> Arc<str> {
        if text.len() > LONGEST {
            return text.into();
        }
        let [latest, former] = &mut self.0[hash(text) % PAIRS];
        for kept in [&*latest, &*former].into_iter().flatten() {
            if **kept == *text {
                return Arc::clone(kept);
            }
        }
        let new: Arc<str> = text.into();
        *former = latest.replace(Arc::clone(&new));
        new
    }
}

/// [FNV-1a](https://datatracker.ietf.org/doc/html/draft-eastlake-fnv). Who makes texts collide only makes them be kept twice.
fn hash(text: &str) -> usize {
    let hash =
        text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 16)) as usize
}

#[cfg(test)]
mod tests {
    use triomphe::Arc;

    use super::RecentTexts;

    #[test]
    fn short_texts_are_shared_and_all_are_right() {
        let mut texts = RecentTexts::default();
        let member = texts.get("member");
        for number in 0..10_000 {
            let text = number.to_string();
            assert_eq!(*texts.get(&text), *text);
        }
        assert_eq!(*texts.get("member"), *member);
        assert!(Arc::ptr_eq(&texts.get("admin"), &texts.get("admin")));
        assert!(!Arc::ptr_eq(&texts.get(&"x".repeat(100)), &texts.get(&"x".repeat(100))));
    }
}
