//! `.env`: assignments that a shell, systemd, docker compose and python-dotenv read alike.
//!
//! They agree on a word without quotes; on single quotes, but for a backslash before another one, before the quote or
//! at the end; and on double quotes around text without `"`, `\`, `$` and backticks. python-dotenv replaces `${…}`
//! even in single quotes. systemd takes noncharacters for invalid UTF-8.

use super::lines::{ends_line, visible};
use super::replace::replace;

/// A whole value, in quotes if it needs some. Nothing for an empty one.
pub fn word(text: &str) -> String {
    if text.chars().all(is_plain) { text.to_owned() } else { quoted(text) }
}

/// A whole value in quotes.
pub fn quoted(text: &str) -> String {
    if text.contains('\'') && stands_in_double_quotes(text) {
        format!("\"{text}\"")
    } else if stands_in_single_quotes(text) {
        format!("'{text}'")
    } else {
        format!("'{}'", in_single_quotes(text))
    }
}

/// Whether all readers get the text as it is.
pub fn holds(text: &str) -> bool {
    stands_in_single_quotes(text) || stands_in_double_quotes(text)
}

/// Whether the text is what [`word`] or [`quoted`] writes.
pub fn is_word(written: &str) -> bool {
    let inside = |quote: char| written.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    written.chars().all(is_plain)
        || inside('\'').is_some_and(stands_in_single_quotes)
        || inside('"').is_some_and(stands_in_double_quotes)
}

/// No reader gives these a meaning: no shell expands them, and docker's `--env-file`, which knows no quotes, needs none.
fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | '/' | '@' | '+' | ',')
}

fn is_unfit(character: char) -> bool {
    ends_line(character) || is_noncharacter(character)
}

fn is_noncharacter(character: char) -> bool {
    u32::from(character) & 0xfffe == 0xfffe || matches!(character, '\u{fdd0}'..='\u{fdef}')
}

fn stands_in_double_quotes(text: &str) -> bool {
    !text.contains(['"', '\\', '$', '`']) && !text.contains(is_unfit)
}

fn stands_in_single_quotes(text: &str) -> bool {
    !text.contains('\'')
        && !text.contains("\\\\")
        && !text.ends_with('\\')
        && !text.contains("${")
        && !text.contains(is_unfit)
}

/// The text with look-alikes for what single quotes cannot hold.
fn in_single_quotes(text: &str) -> String {
    let mut rest = text.chars();
    let mut last = None;
    replace(text, |character, safe| {
        rest.next();
        let next = rest.clone().next();
        let look_alike = match character {
            '\'' => Some('’'),
            '\\' if last == Some('\\') || matches!(next, None | Some('\\' | '\'')) => Some('＼'),
            '$' if next == Some('{') => Some('＄'),
            _ if is_noncharacter(character) => Some(char::REPLACEMENT_CHARACTER),
            _ if ends_line(character) => Some(visible(character)),
            _ => None,
        };
        last = Some(character);
        safe.extend(look_alike);
        look_alike.is_some()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_have_the_quotes_that_all_readers_know() {
        for (text, written) in [
            ("", ""),
            ("3f9a-b.c/d@e+f,g", "3f9a-b.c/d@e+f,g"),
            ("Zürich", "Zürich"),
            ("a b", "'a b'"),
            ("~/x", "'~/x'"),
            ("a=b:c", "'a=b:c'"),
            ("say \"hi\" $x `y` #z \\n", "'say \"hi\" $x `y` #z \\n'"),
            ("it's", "\"it's\""),
            ("it's \"so\"", "'it’s \"so\"'"),
            ("${HOME}", "'＄{HOME}'"),
            ("a\\\\b\\", "'a＼＼b＼'"),
            ("\\'", "'＼’'"),
            ("a\nb\u{ffff}", "'a␊b\u{fffd}'"),
        ] {
            assert_eq!(word(text), written);
        }
        assert_eq!((quoted(""), quoted("a")), ("''".into(), "'a'".into()));
    }

    proptest! {
        #[test]
        fn what_is_written_is_a_word(text in "[a'\"\\\\${} \n`é]{0,8}") {
            prop_assert!(is_word(&word(&text)) && is_word(&quoted(&text)), "{}", word(&text));
            prop_assert_eq!(holds(&text), quoted(&text)[1..quoted(&text).len() - 1] == text);
        }
    }
}
