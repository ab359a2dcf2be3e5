//! Texts as strings of JSON ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)), as `serde_json` writes them: what every row
//! of a run goes through, so most of a text is looked at eight bytes at once.

use std::fmt::Write;

use crate::eight_bytes::{below, each, equal, first};

/// Writes a text at the end of another one, with quotes.
pub(super) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    write_string_content(text, out);
    out.push('"');
}

/// The inside of a string.
pub fn write_string_content(text: &str, out: &mut String) {
    let mut rest = text;
    // What is found is one byte, so that a character begins before and behind it.
    while let Some((as_it_is, other)) = rest.split_at_checked(ordinary(rest.as_bytes())) {
        out.push_str(as_it_is);
        let mut characters = other.chars();
        let Some(first) = characters.next() else { break };
        write_escaped(first, out);
        rest = characters.as_str();
    }
}

/// Writes what an object has before its value with this index.
pub(super) fn write_key(index: usize, key: &str, out: &mut String) {
    out.push(if index == 0 { '{' } else { ',' });
    write_string(key, out);
    out.push(':');
}

fn write_escaped(character: char, out: &mut String) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        control => {
            // Writing to a text can't fail.
            let _ = write!(out, "\\u{:04x}", u32::from(control));
        }
    }
}

/// How many bytes come before a quote, a backslash or a control character.
#[inline]
#[must_use]
pub fn ordinary(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((eight, after)) = rest.split_first_chunk() {
        if let Some(at) = first_other(u64::from_le_bytes(*eight)) {
            return bytes.len() - rest.len() + at;
        }
        rest = after;
    }
    // The last eight once more, of which those before the rest are ordinary.
    if let Some(last) = bytes.last_chunk() {
        return first_other(u64::from_le_bytes(*last))
            .map_or(bytes.len(), |at| bytes.len() - last.len() + at);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let [first, last] = [first, last].map(|four| u64::from(u32::from_le_bytes(*four)));
        let after = |at| if at < 4 { at } else { bytes.len() + at - 8 };
        return first_other(first | last << 32).map_or(bytes.len(), after);
    }
    rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | ..0x20)).count()
}

/// The first of eight bytes that is a quote, a backslash or a control character.
#[inline]
fn first_other(eight: u64) -> Option<usize> {
    // A quote becomes a space, and a control character another one.
    let up_to_space = below(b' ' + 1, eight ^ each(b'"' ^ b' '));
    first(up_to_space | equal(b'\\', eight))
}

#[cfg(test)]
mod tests {
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
}
