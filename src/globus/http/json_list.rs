//! Finds a list in a JSON document while it arrives: the document itself, or what stands at a path in it. The elements go
//! on as of any array; the rest of the document, with `null` for the list, is held.

use serde_json::Value;

use super::json_array::{ElementSink, JsonArraySplitter, SplitError, is_white_space};
use super::limits;

/// Splits a document into the elements of its list and the rest.
#[derive(Debug)]
pub struct JsonListSplitter {
    list: JsonArraySplitter,
    /// The objects around the list; none if the document is the list.
    around: Option<Around>,
}

/// The objects around a list.
#[derive(Debug)]
struct Around {
    /// The keys that lead to the list.
    path: Box<[Box<str>]>,
    /// How many of them have been met.
    met: usize,
    state: State,
    rest: Vec<u8>,
    /// Where the key that was read last begins in the rest.
    key_at: usize,
}

/// The position in the document. The depth is that of an object around the list: it holds the key of the path with
/// that index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the object of this depth, or before the list.
    Value {
        depth: usize,
    },
    /// Before a key or the end of the object.
    Key {
        depth: usize,
    },
    InKey {
        depth: usize,
        escaped: bool,
    },
    /// After a key: whether it is that of the path.
    Colon {
        depth: usize,
        leads_on: bool,
    },
    /// In a value beside the path, with this many open brackets.
    Beside {
        depth: usize,
        brackets: usize,
    },
    InString {
        depth: usize,
        brackets: usize,
        escaped: bool,
    },
    List,
    /// After the outermost object.
    End,
}

impl JsonListSplitter {
    /// A splitter of a document whose list stands at this path, such as `DATA` or `a.b`; without one it is the list.
    #[must_use]
    pub fn new(path: Option<&str>) -> Self {
        let around = path.map(|path| Around {
            path: path.split('.').map(Into::into).collect(),
            met: 0,
            state: State::Value { depth: 0 },
            rest: Vec::new(),
            key_at: 0,
        });
        Self { list: JsonArraySplitter::new(), around }
    }

    /// Takes the next chunk of the document. Gives each element of the list that ends in it to the sink, until that fails.
    pub fn feed<S: ElementSink>(&mut self, chunk: &[u8], sink: &mut S) -> Result<(), S::Error> {
        let Self { list, around } = self;
        let Some(around) = around else { return list.feed(chunk, sink) };
        let mut at = 0;
        while let Some(byte) = chunk.get(at) {
            if around.is_at_list(*byte) {
                let Some(length) = list.feed_to_end(&chunk[at..], sink)? else { return Ok(()) };
                at += length;
                around.list_ended();
            } else {
                around.step(*byte)?;
                at += 1;
            }
        }
        Ok(around.check_size()?)
    }

    /// The rest of the document, once nothing more arrives: `null` if the document is the list.
    pub fn finish(self) -> Result<Value, SplitError> {
        match self.around {
            None => self.list.finish().map(|()| Value::Null),
            Some(around) => around.finish(),
        }
    }
}

impl Around {
    /// Whether this byte is of the list.
    fn is_at_list(&mut self, byte: u8) -> bool {
        if byte == b'[' && self.state == (State::Value { depth: self.path.len() }) {
            self.state = State::List;
        }
        self.state == State::List
    }

    fn list_ended(&mut self) {
        self.rest.extend_from_slice(b"null");
        self.state = State::Beside { depth: self.path.len().saturating_sub(1), brackets: 0 };
    }

    /// Takes a byte of the rest. Whether that is JSON shows at the end.
    fn step(&mut self, byte: u8) -> Result<(), SplitError> {
        self.state = match (self.state, byte) {
            (State::InKey { depth, escaped: false }, b'"') => {
                State::Colon { depth, leads_on: self.leads_on(depth)? }
            }
            (State::InKey { depth, escaped }, _) => {
                State::InKey { depth, escaped: !escaped && byte == b'\\' }
            }
            (State::InString { depth, brackets, escaped: false }, b'"') => State::Beside { depth, brackets },
            (State::InString { depth, brackets, escaped }, _) => {
                State::InString { depth, brackets, escaped: !escaped && byte == b'\\' }
            }
            (state, byte) if is_white_space(byte) => state,
            (State::Value { depth }, b'{') if depth < self.path.len() => State::Key { depth },
            (State::Value { depth }, byte) if depth < self.path.len() || byte == b'n' => {
                // The document ends with a value that is no object, and an object with the value of its key.
                let Some(depth) = depth.checked_sub(1) else { return Err(SplitError::NotAnObject) };
                beside(depth, 0, byte)
            }
            (State::Value { .. }, _) => return Err(SplitError::NoList),
            (State::Key { depth }, b'"') => {
                self.key_at = self.rest.len();
                State::InKey { depth, escaped: false }
            }
            (State::Colon { depth, leads_on: true }, b':') => State::Value { depth: depth + 1 },
            (State::Colon { depth, leads_on: false }, b':') => State::Beside { depth, brackets: 0 },
            (State::Beside { depth, brackets: 0 }, b',') => State::Key { depth },
            (State::Key { depth } | State::Beside { depth, brackets: 0 }, b'}') => match depth {
                0 => State::End,
                _ => State::Beside { depth: depth - 1, brackets: 0 },
            },
            (State::Beside { depth, brackets }, byte) => beside(depth, brackets, byte),
            (State::End | State::Key { .. } | State::Colon { .. } | State::List, _) => {
                return Err(SplitError::NotAnObject);
            }
        };
        self.rest.push(byte);
        Ok(())
    }

    /// Whether the key that has just ended is that of the path.
    fn leads_on(&mut self, depth: usize) -> Result<bool, SplitError> {
        let key = self.rest.get(self.key_at + 1..).unwrap_or_default();
        let is_same = |key: &[u8]| self.path.get(depth).is_some_and(|own| own.as_bytes() == key);
        let leads_on = if key.contains(&b'\\') {
            let quoted = [b"\"", key, b"\""].concat();
            serde_json::from_slice::<String>(&quoted).is_ok_and(|key| is_same(key.as_bytes()))
        } else {
            is_same(key)
        };
        if leads_on {
            if self.met > depth {
                return Err(SplitError::ListTwice);
            }
            self.met = depth + 1;
        }
        Ok(leads_on)
    }

    fn check_size(&self) -> Result<(), SplitError> {
        if self.rest.len() > limits::ENVELOPE { Err(SplitError::RestTooLarge) } else { Ok(()) }
    }

    fn finish(self) -> Result<Value, SplitError> {
        let rest: Value = serde_json::from_slice(&self.rest).map_err(|_| SplitError::NotAnObject)?;
        let at_path = self.path.iter().try_fold(&rest, |value, key| value.get(&**key));
        match at_path {
            Some(Value::Null) => Ok(rest),
            _ => Err(SplitError::NoList),
        }
    }
}

/// The state after this byte of a value beside the path, outside of its strings.
fn beside(depth: usize, brackets: usize, byte: u8) -> State {
    match byte {
        b'"' => State::InString { depth, brackets, escaped: false },
        b'{' | b'[' => State::Beside { depth, brackets: brackets + 1 },
        b'}' | b']' => State::Beside { depth, brackets: brackets.saturating_sub(1) },
        _ => State::Beside { depth, brackets },
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use proptest::prelude::*;
    use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
    use serde_json::{Map, json};

    use super::*;

    type Row = Map<String, Value>;

    /// Keeps rows. Those that lie in a chunk are parsed where they are.
    #[derive(Default)]
    struct Rows(Vec<Row>);

    #[derive(Debug, PartialEq)]
    enum Wrong {
        Split(SplitError),
        Row,
    }

    impl From<SplitError> for Wrong {
        fn from(error: SplitError) -> Self {
            Self::Split(error)
        }
    }

    impl ElementSink for Rows {
        type Error = Wrong;

        fn first(&mut self, text: &str) -> Result<Option<usize>, Wrong> {
            let mut values = serde_json::Deserializer::from_str(text).into_iter();
            let Some(Ok(row)) = values.next() else { return Ok(None) };
            self.0.push(row);
            Ok(Some(values.byte_offset()))
        }

        fn whole(&mut self, element: &[u8]) -> Result<(), Wrong> {
            self.0.push(serde_json::from_slice(element).map_err(|_| Wrong::Row)?);
            Ok(())
        }
    }

    /// The rows and the rest of a document that arrives in chunks of these lengths.
    fn split(text: &[u8], path: Option<&str>, lengths: &[usize]) -> Result<(Vec<Row>, Value), Wrong> {
        let mut splitter = JsonListSplitter::new(path);
        let mut rows = Rows::default();
        let mut rest = text;
        for length in lengths.iter().copied().chain([usize::MAX]) {
            let (chunk, after) = rest.split_at(length.min(rest.len()));
            rest = after;
            splitter.feed(chunk, &mut rows)?;
        }
        let rest = splitter.finish()?;
        Ok((rows.0, rest))
    }

    #[test]
    fn the_list_is_found_wherever_it_stands() {
        for (text, path, rest) in [
            (r#"[{"a":1},{}]"#, None, json!(null)),
            (r#" {"DATA" : [{"a":1},{}] , "n":2}"#, Some("DATA"), json!({"DATA": null, "n": 2})),
            (
                r#"{"x":[{"DATA":[1]}],"DATA":[{"a":1},{}],"y":{"DATA":{}}}"#,
                Some("DATA"),
                json!({"x":[{"DATA":[1]}],"DATA":null,"y":{"DATA":{}}}),
            ),
            (
                r#"{"b":1,"a":{"c":"\"}","b":[{"a":1},{}]},"d":[]}"#,
                Some("a.b"),
                json!({"b":1,"a":{"c":"\"}","b":null},"d":[]}),
            ),
            (r#"{"\u0044AT\u0041":[{"a":1},{}]}"#, Some("DATA"), json!({"DATA": null})),
        ] {
            for length in 1..=text.len() {
                let (rows, others) = split(text.as_bytes(), path, &vec![length; text.len()]).unwrap();
                assert_eq!((json!(rows), &others), (json!([{"a":1},{}]), &rest), "{text}");
            }
        }
        let empty = split(br#"{"DATA":null,"n":1}"#, Some("DATA"), &[]).unwrap();
        assert_eq!(empty, (vec![], json!({"DATA": null, "n": 1})));
    }

    #[test]
    fn what_is_no_list_is_an_error() {
        for (text, path, why) in [
            (r#"{"data":[]}"#, "DATA", SplitError::NoList),
            (r#"{"DATA":{}}"#, "DATA", SplitError::NoList),
            (r#"{"DATA":"[]"}"#, "DATA", SplitError::NoList),
            (r#"{"a":null}"#, "a.b", SplitError::NoList),
            (r#"{"a":[{"b":[]}]}"#, "a.b", SplitError::NoList),
            (r#"{"a":"{\"b\":[]}"}"#, "a.b", SplitError::NoList),
            ("[]", "DATA", SplitError::NotAnObject),
            ("", "DATA", SplitError::NotAnObject),
            (r#"{"DATA":[]"#, "DATA", SplitError::NotAnObject),
            (r#"{"DATA":[]}}"#, "DATA", SplitError::NotAnObject),
            (r#"{"DATA":[{}"#, "DATA", SplitError::NotAnObject),
            (r#"{"DATA":[1]}"#, "DATA", SplitError::NotAnArray),
            (r#"{"DATA":nul}"#, "DATA", SplitError::NotAnObject),
            (r#"{"DATA":[],"DATA":[]}"#, "DATA", SplitError::ListTwice),
            (r#"{"DATA":null,"DAT\u0041":[{}]}"#, "DATA", SplitError::ListTwice),
            (r#"{"a":{"b":[]},"a":1}"#, "a.b", SplitError::ListTwice),
            (r#"{"a":1,"a":{"b":[]}}"#, "a.b", SplitError::ListTwice),
        ] {
            for lengths in [vec![], vec![1; text.len()]] {
                let outcome = split(text.as_bytes(), Some(path), &lengths);
                assert_eq!(outcome, Err(Wrong::Split(why)), "{text}");
            }
        }
    }

    #[test]
    fn the_rest_has_a_limit_and_the_list_has_none() {
        let long = "x".repeat(limits::ENVELOPE);
        let text = format!(r#"{{"DATA":[],"long":"{long}"}}"#);
        for lengths in [vec![], vec![100_000; 20]] {
            let outcome = split(text.as_bytes(), Some("DATA"), &lengths);
            assert_eq!(outcome, Err(Wrong::Split(SplitError::RestTooLarge)));
            let listed = format!(r#"{{"DATA":[{{"a":"{long}"}}]}}"#);
            assert_eq!(split(listed.as_bytes(), Some("DATA"), &lengths).unwrap().0.len(), 1);
        }
    }

    /// Reads the list at a path, as serde reads the document; a key of the path that is there twice is an error.
    struct ListAt<'p>(&'p [&'p str]);

    impl<'de> DeserializeSeed<'de> for ListAt<'_> {
        type Value = Option<Vec<Row>>;

        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            match self.0 {
                [] => {
                    let list = <Option<Vec<Row>> as serde::Deserialize>::deserialize(deserializer)?;
                    Ok(Some(list.unwrap_or_default()))
                }
                _ => deserializer.deserialize_map(self),
            }
        }
    }

    impl<'de> Visitor<'de> for ListAt<'_> {
        type Value = Option<Vec<Row>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(key) = map.next_key::<String>()? {
                if key == self.0[0] {
                    if found.is_some() {
                        return Err(serde::de::Error::custom("twice"));
                    }
                    found = map.next_value_seed(ListAt(&self.0[1..]))?;
                    if found.is_none() {
                        return Err(serde::de::Error::custom("missing"));
                    }
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }

    fn expected(text: &str, path: &[&str]) -> Option<Vec<Row>> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let list = ListAt(path).deserialize(&mut deserializer).ok()?;
        deserializer.end().ok()?;
        list
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            rng_seed: proptest::test_runner::RngSeed::Fixed(1),
            ..ProptestConfig::with_cases(4000)
        })]

        #[test]
        fn it_finds_what_serde_finds_in_any_chunks(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "[", "]", "{", "}", ",", ":", "\"a\":", "\"b\":", "\"\\u0061\":", "\"", "\\", " ", "\n", "{}", "[]",
                    "{\"a\":1}", "1", "null", "\"x\":", "\"a\":[", "\"b\":[", "\"]}\"", "é", "\"a\":{", "{\"b\":[]}",
                    "\"b\":null", "\"a\":{\"b\":[{}]}", "\"b\":[{\"a\":2}]",
                ]),
                0..10,
            ),
            wrapped in 0..4_u8,
            deep in any::<bool>(),
            lengths in prop::collection::vec(0..5_usize, 0..16),
        ) {
            let text = pieces.concat();
            let text = match wrapped {
                0 => text,
                1 => format!("{{{text}}}"),
                2 => format!("{{\"a\":{{\"b\":[{{}}]}},{text}}}"),
                _ => format!("{{\"a\":{{{text}}}}}"),
            };
            let (dotted, path): (&str, &[&str]) = if deep { ("a.b", &["a", "b"]) } else { ("a", &["a"]) };
            let found = split(text.as_bytes(), Some(dotted), &lengths);
            prop_assert_eq!(found.as_ref().ok().map(|(rows, _)| rows.clone()), expected(&text, path), "{}", text);
            if let Ok((_, rest)) = found {
                let mut whole: Value = serde_json::from_str(&text).unwrap();
                *whole.pointer_mut(&format!("/{}", path.join("/"))).unwrap() = Value::Null;
                prop_assert_eq!(rest, whole);
            }
        }

        #[test]
        fn every_row_arrives_whole(
            names in prop::collection::vec(any::<String>(), 0..6),
            key in any::<String>(),
            others in prop::collection::vec((any::<String>(), any::<i64>()), 0..4),
            after in any::<bool>(),
            lengths in prop::collection::vec(0..40_usize, 0..20),
        ) {
            let rows: Vec<Row> =
                names.iter().map(|name| Row::from_iter([("name".to_owned(), name.as_str().into())])).collect();
            let key = key.replace('.', "_");
            let mut document = Row::new();
            if after {
                document.insert(key.clone(), json!(rows));
            }
            document.extend(others.into_iter().filter(|(other, _)| *other != key).map(|(key, n)| (key, n.into())));
            document.entry(key.clone()).or_insert(json!(rows));
            let text = serde_json::to_vec_pretty(&document).unwrap();
            document.insert(key.clone(), Value::Null);
            prop_assert_eq!(split(&text, Some(&key), &lengths), Ok((rows, Value::Object(document))));
        }
    }
}
