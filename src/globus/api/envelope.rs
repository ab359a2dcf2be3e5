//! What a response holds beside its rows.

use serde_json::Value;

/// The response without its rows, in whose place stands `null`. If the response is the list, that is all of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Envelope(Value);

impl Envelope {
    pub(super) fn new(rest: Value) -> Self {
        Self(rest)
    }

    /// What stands at a dotted path, such as `marker` or `page.next`.
    pub fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(&self.0, |value, key| value.get(key))
    }
}

impl From<Value> for Envelope {
    fn from(rest: Value) -> Self {
        Self::new(rest)
    }
}
