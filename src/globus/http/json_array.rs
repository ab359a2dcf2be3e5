//! Splits a JSON array into its elements while it arrives, so that neither the text nor all values are held.
//!
//! It only finds where each element ends; `serde_json` checks that the element is JSON.

use std::ops::Range;

use super::limits;

/// The position in the array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the `[`.
    Start,
    /// After the `[`: an element or the end.
    First,
    /// After a `,`: an element.
    Next,
    /// In an element, with this many open brackets.
    Element { depth: usize },
    /// In a string of an element.
    String { depth: usize },
    /// After a backslash in a string.
    Escape { depth: usize },
    /// After an element: a `,` or the end.
    After,
    /// After the `]`.
    End,
}

/// Splits an array of objects.
#[derive(Debug)]
pub struct JsonArraySplitter {
    state: State,
    /// The beginning of an element whose end has not arrived.
    begun: Vec<u8>,
}

/// Why a text cannot be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitError {
    /// It is not an array of objects, or ends too early.
    NotAnArray,
    /// An element is larger than [`limits::ROW`].
    ElementTooLarge,
}

impl Default for JsonArraySplitter {
    fn default() -> Self {
        Self::new()
    }
}

impl JsonArraySplitter {
    pub fn new() -> Self {
        Self { state: State::Start, begun: Vec::new() }
    }

    /// Takes the next chunk of the text. Gives each element that ends in it to `take`, until that fails.
    pub fn feed<E: From<SplitError>>(
        &mut self,
        chunk: &[u8],
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rest = chunk;
        while let Some(element) = self.next_in(rest)? {
            let end = &rest[element.clone()];
            if self.begun.is_empty() {
                take(end)?;
            } else {
                self.begun.extend_from_slice(end);
                take(&self.begun)?;
                self.begun.clear();
            }
            rest = &rest[element.end..];
        }
        Ok(())
    }

    /// The bytes up to the end of an element; `None` once all are read, and the rest is kept.
    fn next_in(&mut self, chunk: &[u8]) -> Result<Option<Range<usize>>, SplitError> {
        let mut from = 0;
        let mut at = 0;
        while let Some(byte) = chunk.get(at) {
            self.state = match (self.state, byte) {
                (State::String { depth }, b'"') => State::Element { depth },
                (State::String { depth }, b'\\') => State::Escape { depth },
                (State::String { .. }, _) => {
                    // Most of a response is strings.
                    at += chunk[at..].iter().take_while(|byte| !matches!(byte, b'"' | b'\\')).count();
                    continue;
                }
                (State::Element { depth }, b'"') | (State::Escape { depth }, _) => State::String { depth },
                (State::Element { depth }, b'{' | b'[') => State::Element { depth: depth + 1 },
                (State::Element { depth: 1 }, b'}' | b']') => {
                    self.state = State::After;
                    return Ok(Some(from..at + 1));
                }
                (State::Element { depth }, b'}' | b']') => State::Element { depth: depth - 1 },
                (State::Element { depth }, _) => State::Element { depth },
                (state, b' ' | b'\t' | b'\n' | b'\r') => state,
                (State::Start, b'[') => State::First,
                (State::First | State::Next, b'{') => {
                    from = at;
                    State::Element { depth: 1 }
                }
                (State::After, b',') => State::Next,
                (State::First | State::After, b']') => State::End,
                _ => return Err(SplitError::NotAnArray),
            };
            at += 1;
        }
        if matches!(self.state, State::Element { .. } | State::String { .. } | State::Escape { .. }) {
            self.begun.extend_from_slice(&chunk[from..]);
            if self.begun.len() > limits::ROW {
                return Err(SplitError::ElementTooLarge);
            }
        }
        Ok(None)
    }

    /// Whether the array has ended, once nothing more arrives.
    pub fn finish(&self) -> Result<(), SplitError> {
        if self.state == State::End { Ok(()) } else { Err(SplitError::NotAnArray) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::*;

    type Group = Map<String, Value>;

    impl From<SplitError> for String {
        fn from(error: SplitError) -> Self {
            format!("{error:?}")
        }
    }

    /// The elements of a text that arrives in chunks of these lengths.
    fn split(text: &[u8], lengths: &[usize]) -> Result<Vec<Group>, String> {
        let mut splitter = JsonArraySplitter::new();
        let mut groups = Vec::new();
        let mut rest = text;
        for length in lengths.iter().copied().chain([usize::MAX]) {
            let (chunk, after) = rest.split_at(length.min(rest.len()));
            rest = after;
            splitter.feed(chunk, |element| {
                groups.push(serde_json::from_slice(element).map_err(|error| error.to_string())?);
                Ok::<_, String>(())
            })?;
        }
        splitter.finish()?;
        Ok(groups)
    }

    #[test]
    fn an_array_is_split_where_its_elements_end() {
        let text = br#" [ {"a": "]},{\"\\"}, {"b": [{}, []]} ,{} ] "#;
        let whole: Vec<Group> = serde_json::from_slice(text).unwrap();
        for length in 1..text.len() {
            assert_eq!(split(text, &vec![length; text.len()]), Ok(whole.clone()), "{length}");
        }
        assert_eq!(split(b"[]", &[]), Ok(vec![]));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            rng_seed: proptest::test_runner::RngSeed::Fixed(1),
            ..ProptestConfig::with_cases(2000)
        })]

        #[test]
        fn it_accepts_what_serde_accepts(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "[", "]", "{", "}", ",", ":", "\"a\"", "\"", "\\", "\\\"", " ", "\n", "{}", "{\"a\":1}", "1", "null",
                    "[]", "{\"b\":\"]}\"}", "é", "\u{feff}",
                ]),
                0..12,
            ),
            wrapped in any::<bool>(),
            lengths in prop::collection::vec(0..5_usize, 0..12),
        ) {
            let text = pieces.concat();
            let text = if wrapped { format!("[{{\"x\":\"y\"}},{text}]") } else { text };
            let whole = serde_json::from_str::<Vec<Group>>(&text);
            prop_assert_eq!(split(text.as_bytes(), &lengths).ok(), whole.ok(), "{}", text);
        }

        #[test]
        fn every_element_arrives_whole(
            names in prop::collection::vec(any::<String>(), 0..6),
            lengths in prop::collection::vec(0..40_usize, 0..20),
        ) {
            let groups: Vec<Group> = names
                .iter()
                .map(|name| Group::from_iter([("name".to_owned(), Value::from(name.as_str()))]))
                .collect();
            let text = serde_json::to_vec_pretty(&groups).unwrap();
            prop_assert_eq!(split(&text, &lengths), Ok(groups));
        }
    }
}
