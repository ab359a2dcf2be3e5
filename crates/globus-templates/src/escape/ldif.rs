//! LDIF ([RFC 2849](https://www.rfc-editor.org/rfc/rfc2849)) and the names in it
//! ([RFC 4514](https://www.rfc-editor.org/rfc/rfc4514)).
//!
//! How a value is written depends on where it stands: the lexer decides.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::lines;
use super::replace::replace;

/// What follows the colon after the name of an attribute: a space and the text, or a second colon and base64.
pub fn value(text: &str) -> String {
    if is_safe(text) { format!(" {text}") } else { format!(": {}", STANDARD.encode(text)) }
}

/// Whether the text can stand as it is ([RFC 2849, `SAFE-STRING`](https://www.rfc-editor.org/rfc/rfc2849)).
fn is_safe(text: &str) -> bool {
    !text.starts_with([' ', ':', '<'])
        && !text.ends_with(' ')
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// A value in a name, such as the part after `cn=`. All of it is ASCII, so that the name never needs base64.
pub fn name_value(text: &str) -> String {
    let last = text.len();
    let mut at = 0;
    replace(text, |character, safe| {
        let start = at == 0;
        at += character.len_utf8();
        match character {
            // Some readers want the sign `#` escaped wherever it stands.
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=' | '#' => safe.extend(['\\', character]),
            ' ' if start || at == last => safe.push_str("\\20"),
            ' '..='~' => return false,
            _ => {
                let mut bytes = [0; 4];
                for byte in character.encode_utf8(&mut bytes).bytes() {
                    // Writing to a string can't fail.
                    let _ = write!(safe, "\\{byte:02X}");
                }
            }
        }
        true
    })
}

/// A value in a comment.
pub fn comment(text: &str) -> String {
    lines::one_line(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_safe_is_base64() {
        for (text, written) in [
            ("Climate Modeling", " Climate Modeling"),
            (" a", ": IGE="),
            ("a ", ": YSA="),
            (":a", ": OmE="),
            ("<a", ": PGE="),
            ("é", ": w6k="),
            ("a\nb", ": YQpi"),
        ] {
            assert_eq!(value(text), written);
        }
    }

    #[test]
    fn a_value_stays_in_its_name() {
        assert_eq!(name_value("a,ou=b+c\"\\<>;"), "a\\,ou\\=b\\+c\\\"\\\\\\<\\>\\;");
        assert_eq!(name_value(" a b "), "\\20a b\\20");
        assert_eq!((name_value("#a#"), name_value(" ")), ("\\#a\\#".into(), "\\20".into()));
        assert_eq!(name_value("é\n\0"), "\\C3\\A9\\0A\\00");
    }
}
