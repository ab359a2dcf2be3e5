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

    /// The way to the value that a parser is at, or to its key, after this byte of a JSON text. At the end of an object or a
    /// list it is that as a whole.
    pub(super) fn at(json: &str, byte: usize) -> Self {
        // What is current in each object and list that is open: no key before the first one.
        let mut open: Vec<Option<Step>> = Vec::new();
        let mut key_is_next = false;
        let mut at = 0;
        while at <= byte {
            let mut next = at + 1;
            match json.as_bytes().get(at) {
                Some(b'"') => {
                    next = string_end(json, at);
                    if key_is_next && let Some(current) = open.last_mut() {
                        let key = json.get(at..next).and_then(|key| serde_json::from_str(key).ok());
                        *current = key.map(Step::Key);
                        key_is_next = false;
                    }
                }
                Some(b'{') => {
                    open.push(None);
                    key_is_next = true;
                }
                Some(b'[') => {
                    open.push(Some(Step::Index(0)));
                    key_is_next = false;
                }
                Some(b'}' | b']') if at < byte => {
                    open.pop();
                    key_is_next = false;
                }
                Some(b'}' | b']') => {
                    open.pop();
                    open.push(None);
                }
                Some(b',') => match open.last_mut() {
                    Some(Some(Step::Index(index))) => *index += 1,
                    Some(current) => {
                        *current = None;
                        key_is_next = true;
                    }
                    None => {}
                },
                Some(_) => {}
                None => break,
            }
            at = next;
        }
        Self(open.into_iter().flatten().collect())
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

/// The end of the string that begins here in a JSON text, behind its quote.
fn string_end(json: &str, start: usize) -> usize {
    let mut escaped = false;
    let length = json.bytes().skip(start + 1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    length.map_or(json.len(), |length| start + length + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_of_json_belongs_to_a_value() {
        let json = r#"{"a\"}": [{}, {"b": "{\\", "c" : 12}, [[true], "x"]], "d": {"e": [null]}}"#;
        let at = |part: &str| {
            let path = KeyPath::at(json, json.find(part).unwrap() + part.len() - 1);
            let step = |step: &Step| match step {
                Step::Key(key) => key.clone(),
                Step::Index(index) => index.to_string(),
            };
            path.0.iter().map(step).collect::<Vec<_>>().join(" ")
        };
        for (part, path) in [
            ("{", ""),
            (r#"{"a"#, "a\"}"),
            ("[{", "a\"} 0"),
            ("[{}", "a\"} 0"),
            (r#"{"b"#, "a\"} 1 b"),
            (r#""{"#, "a\"} 1 b"),
            (r#""c""#, "a\"} 1 c"),
            ("12", "a\"} 1 c"),
            ("12}", "a\"} 1"),
            ("[[t", "a\"} 2 0 0"),
            ("x", "a\"} 2 1"),
            (r#"x"]"#, "a\"} 2"),
            (r#"x"]]"#, "a\"}"),
            ("null", "d e 0"),
            ("null]}", "d"),
            ("null]}}", ""),
        ] {
            assert_eq!(at(part), path, "{part}");
        }
    }

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
