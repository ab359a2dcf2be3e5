//! `.ini`: values that Python's configparser, git, systemd and PHP read alike, with quotes around them or without.
//!
//! They give different meanings to quotes, backslashes, `;` and `#`. configparser and systemd replace what follows a `%`,
//! configparser and PHP what follows a `$`, and all drop white space around a value. A look-alike stands for each.

use super::lines::{ends_line, visible};
use super::replace::replace;

/// A part of a value.
pub fn value(text: &str) -> String {
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().len();
    let mut at = 0;
    replace(text, |character, safe| {
        let outside = at < start || at >= end;
        at += character.len_utf8();
        let last = at == text.len();
        let look_alike = match character {
            '"' => '＂',
            '\\' => '＼',
            ';' => '；',
            '#' => '＃',
            '%' => '％',
            '$' => '＄',
            '\'' if last || at == 1 => '’',
            _ if ends_line(character) => visible(character),
            _ if outside => '␣',
            _ => return false,
        };
        safe.push(look_alike);
        true
    })
}

/// Whether all readers get the text as it is.
pub fn holds(text: &str) -> bool {
    text.trim() == text
        && !text.contains(['"', '\\', ';', '#', '%', '$'])
        && !text.starts_with('\'')
        && !text.ends_with('\'')
        && !text.contains(ends_line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn look_alikes_stand_for_what_readers_differ_in() {
        assert_eq!(value("a = b: [c] it's (d) & e!"), "a = b: [c] it's (d) & e!");
        assert_eq!(value("100% \"x\"; #1 \\n ${y}"), "100％ ＂x＂； ＃1 ＼n ＄{y}");
        assert_eq!(value(" \u{a0}a\nb "), "␣␣a␊b␣");
        assert_eq!((value("'a'"), value("'"), value("  ")), ("’a’".into(), "’".into(), "␣␣".into()));
    }

    proptest! {
        #[test]
        fn what_is_written_is_held(text in "[a'\"\\\\$%;# \n\u{2003}é]{0,8}") {
            prop_assert!(holds(&value(&text)), "{}", value(&text));
            prop_assert_eq!(holds(&text), value(&text) == text);
        }
    }
}
