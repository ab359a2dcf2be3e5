//! Text of lines: a value never begins a new one, and never joins its line to the next.

use super::replace::{picture, replace};

/// A value of `.lines.hbs`.
pub fn line(text: &str) -> String {
    if is_blank(text) {
        return "␣".repeat(text.chars().count());
    }
    one_line(text)
}

/// A value of `.conf.hbs`. In most files of that kind, a backslash at the end of a line joins it to the next one.
pub fn setting(text: &str) -> String {
    let line = line(text);
    let kept = line.trim_end_matches('\\');
    format!("{kept}{}", "＼".repeat(line.len() - kept.len()))
}

/// Whether [`line`] leaves the text as it is.
pub fn holds_line(text: &str) -> bool {
    !is_blank(text) && !text.contains(ends_line)
}

/// Whether [`setting`] leaves the text as it is.
pub fn holds_setting(text: &str) -> bool {
    holds_line(text) && !text.ends_with('\\')
}

/// The text with a visible character for each one that ends a line, or that a line cannot hold.
pub(super) fn one_line(text: &str) -> String {
    replace(text, |character, safe| {
        let special = ends_line(character);
        if special {
            safe.push(visible(character));
        }
        special
    })
}

/// Control characters, and what some readers take for the end of a line.
pub(super) fn ends_line(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// What stands for such a character.
pub(super) fn visible(character: char) -> char {
    match character {
        '\u{85}' | '\u{2028}' | '\u{2029}' => '\u{2424}',
        '\u{80}'..='\u{9f}' => char::REPLACEMENT_CHARACTER,
        other => picture(other),
    }
}

/// A line of nothing but white space is an empty one to most readers.
fn is_blank(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_in_its_line() {
        let hostile = "a\r\nb\u{b}\u{c}\u{85}\u{2028}\u{2029}\0\u{9b}\u{7f}\t\\";
        assert_eq!(line(hostile), "a␍␊b␋␌\u{2424}\u{2424}\u{2424}␀\u{fffd}␡␉\\");
        assert_eq!(setting("a\\b\\\\"), "a\\b＼＼");
        assert_eq!((line(" \u{a0}"), line(""), line(" a ")), ("␣␣".into(), String::new(), " a ".into()));
        for text in [hostile, " ", "\\", "a\\", "\u{3000}"] {
            assert!(!holds_setting(text) && holds_setting(&setting(text)), "{text:?}");
            assert!(holds_line(&line(text)), "{text:?}");
        }
        assert!(holds_line("") && holds_setting("# a: 'b'"));
    }
}
