//! YAML 1.2: the inside of double quotes ([YAML, 5.7](https://yaml.org/spec/1.2.2/#57-escaped-characters)).
//!
//! JSON is YAML, except for the few characters that YAML calls not printable or takes for line ends.

use super::json;
use crate::eight_bytes::from_delete_on;

/// The inside of a double-quoted scalar.
pub fn string_content(text: &str) -> String {
    printable(json::string_content(text))
}

/// Whether the text is the inside of a double-quoted scalar as it is. `false` for any text that is not ASCII.
pub fn is_string_content(text: &str) -> bool {
    json::is_string_content(text) && is_printable(text)
}

fn is_printable(json: &str) -> bool {
    let mut rest = json.as_bytes();
    while let Some((eight, after)) = rest.split_first_chunk() {
        if from_delete_on(u64::from_le_bytes(*eight)) != 0 {
            return false;
        }
        rest = after;
    }
    rest.iter().all(|byte| *byte < 0x7f)
}

/// JSON text that is valid YAML.
pub fn printable(json: String) -> String {
    if is_printable(&json) {
        return json;
    }
    json::escaped(&json, |character| {
        matches!(
            character,
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_yaml_cannot_read_is_escaped() {
        assert_eq!(super::string_content("a\u{feff}\u{85}\"\n"), "a\\ufeff\\u0085\\\"\\n");
    }
}
