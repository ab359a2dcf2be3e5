//! JSON: the inside of a string ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259), section 7), and whole values.

use std::fmt::Write;

use super::replace::replace_signs;
use crate::value::{Value, ordinary, write_json, write_string_content};

/// The inside of a string.
pub fn string_content(text: &str) -> String {
    let mut content = String::with_capacity(text.len() + text.len() / 8);
    write_string_content(text, &mut content);
    content
}

/// Whether the text is the inside of a string as it is.
pub fn is_string_content(text: &str) -> bool {
    ordinary(text.as_bytes()) == text.len()
}

/// A whole value, in one line or indented by two spaces, at the end of a buffer.
pub fn value(value: &Value, pretty: bool, mut buffer: String) -> String {
    if pretty {
        // Values have no keys but texts, so writing them can't fail.
        buffer += &serde_json::to_string_pretty(value).unwrap_or_default();
    } else {
        write_json(value, &mut buffer);
    }
    buffer
}

/// JSON text without characters that are special in HTML or XML, for `<script>` and for attributes in single quotes.
pub fn for_markup(json: &str) -> String {
    // In JSON, these characters occur only in strings.
    escaped(json, |character| {
        matches!(character, '<' | '>' | '&' | '\'' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
    })
}

/// JSON text with some characters, which occur only in strings, written as `\uXXXX`.
pub(super) fn escaped(json: &str, special: impl Fn(char) -> bool) -> String {
    replace_signs(json, |character, safe| {
        let escape = special(character);
        if escape {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        }
        escape
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_read_back() {
        let hostile = "\"\\\n\u{0}\u{1b}[31m</script>\u{2028}é";
        let read: String = serde_json::from_str(&format!("\"{}\"", string_content(hostile))).unwrap();
        assert_eq!(read, hostile);
    }

    #[test]
    fn markup_cannot_end_it() {
        let value = serde_json::json!({ "</script>": ["'&'", "\u{ffff}😀"] });
        let safe = for_markup(&super::value(&value.clone().into(), false, String::new()));
        assert!(!safe.contains(['<', '>', '&', '\'', '\u{ffff}']), "{safe}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).unwrap(), value);
    }
}
