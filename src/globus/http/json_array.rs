//! Splits a JSON array into its elements while it arrives, so that neither the text nor all values are held.
//!
//! Most elements lie in one chunk. A sink that parses them finds where they end, so a second look at each byte is spared.
//! Only for the others the brackets are counted here. That an element is JSON is the sink's to check.

use memchr::memchr2;

use super::limits;

/// Takes the elements of an array.
pub trait ElementSink {
    /// Why an element is refused.
    type Error: From<SplitError>;

    /// Takes the element that this text begins with, and gives its length. `None` if not all of it is there, or if it may
    /// be wrong: it then comes once more as a whole.
    fn first(&mut self, text: &str) -> Result<Option<usize>, Self::Error>;

    /// Takes an element: what stands between two brackets. It may be wrong.
    fn whole(&mut self, element: &[u8]) -> Result<(), Self::Error>;
}

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

/// What stands between two elements, with its length in bytes.
enum Between {
    /// An element follows.
    Element(usize),
    /// The array has ended.
    End(usize),
    /// Neither has arrived.
    More,
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
    /// What should hold the list is not a JSON object, or ends too early.
    NotAnObject,
    /// Nothing stands where the list should, or something else.
    NoList,
    /// A key that leads to the list is there twice.
    ListTwice,
    /// What stands beside the list is larger than [`limits::ENVELOPE`].
    RestTooLarge,
}

impl Default for JsonArraySplitter {
    fn default() -> Self {
        Self::new()
    }
}

impl JsonArraySplitter {
    /// A splitter of a text that begins with the array.
    #[must_use]
    pub fn new() -> Self {
        Self { state: State::Start, begun: Vec::new() }
    }

    /// Takes the next chunk of the text. Gives each element that ends in it to the sink, until that fails.
    pub fn feed<S: ElementSink>(&mut self, chunk: &[u8], sink: &mut S) -> Result<(), S::Error> {
        let Some(length) = self.feed_to_end(chunk, sink)? else { return Ok(()) };
        let after = chunk.get(length..).unwrap_or_default();
        if after.iter().all(|byte| is_white_space(*byte)) {
            Ok(())
        } else {
            Err(SplitError::NotAnArray.into())
        }
    }

    /// The same for an array inside of another text: gives the number of bytes that belong to it, once it has ended.
    pub(super) fn feed_to_end<S: ElementSink>(
        &mut self,
        chunk: &[u8],
        sink: &mut S,
    ) -> Result<Option<usize>, S::Error> {
        let text = text_at_start(chunk);
        let mut at = 0;
        loop {
            if !self.is_in_element() {
                let between = match self.next_element(&chunk[at..])? {
                    Between::Element(length) => length,
                    Between::End(length) => return Ok(Some(at + length)),
                    Between::More => return Ok(None),
                };
                at += between;
                if let Some(length) = text.get(at..).map_or(Ok(None), |text| sink.first(text))? {
                    check_size(length)?;
                    at += length;
                    self.state = State::After;
                    continue;
                }
                self.state = State::Element { depth: 0 };
            }
            let rest = &chunk[at..];
            let Some(length) = self.end_of_element(rest) else {
                self.keep(rest)?;
                return Ok(None);
            };
            let end = &rest[..length];
            check_size(self.begun.len() + length)?;
            if self.begun.is_empty() {
                sink.whole(end)?;
            } else {
                self.begun.extend_from_slice(end);
                sink.whole(&self.begun)?;
                self.begun.clear();
            }
            at += length;
        }
    }

    fn is_in_element(&self) -> bool {
        matches!(self.state, State::Element { .. } | State::String { .. } | State::Escape { .. })
    }

    /// What this part of the text holds before the next element.
    fn next_element(&mut self, text: &[u8]) -> Result<Between, SplitError> {
        if self.state == State::End {
            return Ok(Between::End(0));
        }
        for (at, byte) in text.iter().enumerate() {
            self.state = match (self.state, *byte) {
                (state, byte) if is_white_space(byte) => state,
                (State::Start, b'[') => State::First,
                (State::First | State::Next, b'{') => return Ok(Between::Element(at)),
                (State::After, b',') => State::Next,
                (State::First | State::After, b']') => {
                    self.state = State::End;
                    return Ok(Between::End(at + 1));
                }
                _ => return Err(SplitError::NotAnArray),
            };
        }
        Ok(Between::More)
    }

    /// How many bytes belong to the element; `None` if its end has not arrived.
    fn end_of_element(&mut self, text: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            self.state = match (self.state, byte) {
                (State::String { depth }, b'"') => State::Element { depth },
                (State::String { depth }, b'\\') => State::Escape { depth },
                (State::String { .. }, _) => {
                    at += memchr2(b'"', b'\\', &text[at..])?;
                    continue;
                }
                (State::Element { depth }, b'"') | (State::Escape { depth }, _) => State::String { depth },
                (State::Element { depth }, b'{' | b'[') => State::Element { depth: depth + 1 },
                (State::Element { depth: 1 }, b'}' | b']') => {
                    self.state = State::After;
                    return Some(at + 1);
                }
                (State::Element { depth }, b'}' | b']') => State::Element { depth: depth - 1 },
                (state, _) => state,
            };
            at += 1;
        }
        None
    }

    /// Keeps the beginning of an element.
    fn keep(&mut self, beginning: &[u8]) -> Result<(), SplitError> {
        self.begun.extend_from_slice(beginning);
        check_size(self.begun.len())
    }

    /// Whether the array has ended, once nothing more arrives.
    pub fn finish(&self) -> Result<(), SplitError> {
        if self.state == State::End { Ok(()) } else { Err(SplitError::NotAnArray) }
    }
}

/// Between the tokens of JSON.
pub(super) fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The limit of an element is the same wherever the network cuts the text.
fn check_size(length: usize) -> Result<(), SplitError> {
    if length > limits::ROW { Err(SplitError::ElementTooLarge) } else { Ok(()) }
}

/// The part of a chunk that is text: a chunk may end in the middle of a character.
fn text_at_start(chunk: &[u8]) -> &str {
    str::from_utf8(chunk).unwrap_or_else(|error| {
        let valid = chunk.get(..error.valid_up_to()).unwrap_or_default();
        str::from_utf8(valid).unwrap_or_default()
    })
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

    /// Collects groups. Those that lie in a chunk are parsed where they are, unless `only_whole`.
    #[derive(Default)]
    struct Groups {
        list: Vec<Group>,
        only_whole: bool,
    }

    impl ElementSink for Groups {
        type Error = String;

        fn first(&mut self, text: &str) -> Result<Option<usize>, String> {
            let mut values = serde_json::Deserializer::from_str(text).into_iter();
            let Some(Ok(group)) = values.next().filter(|_| !self.only_whole) else { return Ok(None) };
            self.list.push(group);
            Ok(Some(values.byte_offset()))
        }

        fn whole(&mut self, element: &[u8]) -> Result<(), String> {
            self.list.push(serde_json::from_slice(element).map_err(|error| error.to_string())?);
            Ok(())
        }
    }

    /// The elements of a text that arrives in chunks of these lengths.
    fn split(text: &[u8], lengths: &[usize]) -> Result<Vec<Group>, String> {
        let [one, other] = [false, true]
            .map(|only_whole| split_into(Groups { only_whole, ..Groups::default() }, text, lengths));
        assert_eq!(one, other);
        one
    }

    fn split_into(mut groups: Groups, text: &[u8], lengths: &[usize]) -> Result<Vec<Group>, String> {
        let mut splitter = JsonArraySplitter::new();
        let mut rest = text;
        for length in lengths.iter().copied().chain([usize::MAX]) {
            let (chunk, after) = rest.split_at(length.min(rest.len()));
            rest = after;
            splitter.feed(chunk, &mut groups)?;
        }
        splitter.finish()?;
        Ok(groups.list)
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

    #[test]
    fn the_limit_of_an_element_is_the_same_in_all_chunks() {
        let with_length = |length: usize| format!("[{{\"a\":\"{}\"}}]", "x".repeat(length - 8)).into_bytes();
        for lengths in [vec![], vec![1_000_000; 20]] {
            assert_eq!(split(&with_length(limits::ROW), &lengths).map(|groups| groups.len()), Ok(1));
            assert_eq!(split(&with_length(limits::ROW + 1), &lengths), Err("ElementTooLarge".to_owned()));
        }
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
