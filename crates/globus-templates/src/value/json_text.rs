//! Values written as JSON ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)), as `serde_json` writes them: what every row
//! of a run goes through, so most of a text is looked at eight bytes at once.

use std::fmt::Write;

use super::json::Value;

/// Writes a value at the end of a text.
pub fn write_json(value: &Value, out: &mut String) {
    match value {
        Value::Null | Value::Hidden(_) => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => {
            // Writing to a text can't fail.
            let _ = write!(out, "{number}");
        }
        Value::Text(text) => write_string(text, out),
        Value::List(list) => {
            out.push('[');
            for (index, element) in list.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(element, out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            out.push('{');
            for (index, (key, value)) in object.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_string(key, out);
                out.push(':');
                write_json(value, out);
            }
            out.push('}');
        }
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    // What is found is one byte, so that a character begins before and behind it.
    while let Some((as_it_is, other)) = rest.split_at_checked(ordinary(rest.as_bytes())) {
        out.push_str(as_it_is);
        let mut characters = other.chars();
        match characters.next() {
            None => break,
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\u{c}') => out.push_str("\\f"),
            Some(control) => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
        }
        rest = characters.as_str();
    }
    out.push('"');
}

const LOW: u64 = u64::from_le_bytes([1; 8]);
const HIGH: u64 = LOW << 7;
const QUOTES: u64 = u64::from_le_bytes([b'"'; 8]);
const BACKSLASHES: u64 = u64::from_le_bytes([b'\\'; 8]);
const SPACES: u64 = u64::from_le_bytes([b' '; 8]);

/// How many bytes come before a quote, a backslash or a control character.
#[inline]
#[must_use]
pub fn ordinary(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((eight, after)) = rest.split_first_chunk() {
        if let Some(at) = first_other(*eight) {
            return bytes.len() - rest.len() + at;
        }
        rest = after;
    }
    // The last eight once more, of which those before the rest are ordinary.
    if let Some(last) = bytes.last_chunk() {
        return first_other(*last).map_or(bytes.len(), |at| bytes.len() - last.len() + at);
    }
    rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | ..0x20)).count()
}

/// A carry reaches higher bytes only, so the lowest one that is found is right.
fn first_other(eight: [u8; 8]) -> Option<usize> {
    let eight = u64::from_le_bytes(eight);
    let zero = |word: u64| word.wrapping_sub(LOW) & !word;
    let control = eight.wrapping_sub(SPACES) & !eight;
    let quote = zero(eight ^ QUOTES);
    let backslash = zero(eight ^ BACKSLASHES);
    let found = (quote | backslash | control) & HIGH;
    (found != 0).then(|| found.trailing_zeros() as usize / 8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_bytes_end_at_the_first_other_one() {
        for length in 0..20 {
            for end in ["", "\"", "\\", "\u{1f}", "\0", "\n\"", "\\\""] {
                for fill in ["a", "\u{7f}", " ", "!", "#", "é", "\u{ff}", "]"] {
                    let text = fill.repeat(length) + end + "xxxxxxxxxxxx";
                    let expected = if end.is_empty() { text.len() } else { text.len() - end.len() - 12 };
                    assert_eq!(ordinary(text.as_bytes()), expected, "{text:?}");
                }
            }
        }
    }

    fn any_value() -> impl Strategy<Value = serde_json::Value> {
        let text = prop_oneof![".*", "[\\x00-\\x7f]*", "[a-z \"\\\\]{0,40}"];
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<u64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            text.prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::vec((".*", inner), 0..6)
                    .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_is_what_serde_json_writes(value in any_value()) {
            let mut written = String::new();
            write_json(&Value::from(value.clone()), &mut written);
            prop_assert_eq!(written, value.to_string());
        }
    }
}
