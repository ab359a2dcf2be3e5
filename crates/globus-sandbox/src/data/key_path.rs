//! The way to a value: `groups[0].memberships[1].role`.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::value::RawValue;
use toml::de::{DeTable, DeValue};

/// The keys and indices from the top of a file to a value.
#[derive(Debug, Clone, Default)]
pub(super) struct KeyPath(Vec<Step>);

#[derive(Debug, Clone)]
enum Step {
    Key(String),
    Index(usize),
}

impl KeyPath {
    /// One element of a list.
    pub(super) fn element(list: &str, index: usize) -> Self {
        Self::default().key(list).index(index)
    }

    pub(super) fn key(mut self, key: &str) -> Self {
        self.0.push(Step::Key(key.to_owned()));
        self
    }

    pub(super) fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }

    /// The keys, the innermost first.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().rev().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
    }

    /// The bytes of the value in this TOML.
    pub(super) fn in_toml(&self, text: &str) -> Option<Range<usize>> {
        let mut span = None;
        let mut value = DeValue::Table(DeTable::parse(text).ok()?.into_inner());
        for step in &self.0 {
            let next = match (step, value) {
                (Step::Key(key), DeValue::Table(mut table)) => table.remove(key.as_str())?,
                (Step::Index(index), DeValue::Array(array)) => array.into_iter().nth(*index)?,
                _ => return None,
            };
            span = Some(next.span());
            value = next.into_inner();
        }
        span
    }

    /// The bytes of the value in this JSON.
    pub(super) fn in_json(&self, text: &str) -> Option<Range<usize>> {
        let mut value: &RawValue = serde_json::from_str(text).ok()?;
        for step in &self.0 {
            value = match step {
                Step::Key(key) => {
                    serde_json::from_str::<BTreeMap<String, &RawValue>>(value.get()).ok()?.remove(key)?
                }
                Step::Index(index) => {
                    serde_json::from_str::<Vec<&RawValue>>(value.get()).ok()?.into_iter().nth(*index)?
                }
            };
        }
        // The value is a part of the text.
        let start = value.get().as_ptr().addr().checked_sub(text.as_ptr().addr())?;
        Some(start..start + value.get().len())
    }
}

impl From<&serde_path_to_error::Path> for KeyPath {
    fn from(path: &serde_path_to_error::Path) -> Self {
        use serde_path_to_error::Segment;
        let step = |segment: &Segment| match segment {
            Segment::Seq { index } => Some(Step::Index(*index)),
            Segment::Map { key } => Some(Step::Key(key.clone())),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        Self(path.iter().filter_map(step).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_both_formats() {
        let path = KeyPath::element("groups", 1).key("memberships").index(0).key("role");
        let toml = "[[groups]]\nid = \"a\"\n\n[[groups]]\nmemberships = [ { role = \"é\" } ]\n";
        assert_eq!(&toml[path.in_toml(toml).unwrap()], "\"é\"");
        let json = "{\"é\": 1, \"groups\": [ {}, {\"memberships\": [{\"role\" : \"é\"}]} ]}";
        assert_eq!(&json[path.in_json(json).unwrap()], "\"é\"");
        let missing = path.key("no");
        assert_eq!((missing.in_toml(toml), missing.in_json(json)), (None, None));
        assert_eq!(KeyPath::default().in_json(json), Some(0..json.len()));
    }
}
