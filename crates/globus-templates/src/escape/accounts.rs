//! Files of accounts, in which lines are cut at colons, commas or blanks: `/etc/passwd`, `/etc/group`, Apache's htgroup.
//!
//! None of them has quotes or escapes for these. A look-alike stands for each, so that a value stays one part of its line.

use super::lines::{ends_line, visible};
use super::replace::replace;

/// A value of `.passwd.hbs` or `.group.hbs`. Programs also replace `&` in a full name by the name of the account.
pub fn field(text: &str) -> String {
    with_look_alikes(text, |character| match character {
        ':' => Some('：'),
        ',' => Some('，'),
        '&' => Some('＆'),
        _ => None,
    })
}

/// A value of `.htgroup.hbs`. Apache knows quotes there, and a backslash before them or a line end.
pub fn word(text: &str) -> String {
    with_look_alikes(text, |character| match character {
        ':' => Some('：'),
        '#' => Some('＃'),
        '"' => Some('＂'),
        '\'' => Some('’'),
        '\\' => Some('＼'),
        character if character.is_whitespace() && !ends_line(character) => Some('␣'),
        _ => None,
    })
}

fn with_look_alikes(text: &str, look_alike: impl Fn(char) -> Option<char>) -> String {
    replace(text, |character, safe| {
        let stand_in = look_alike(character).or_else(|| ends_line(character).then(|| visible(character)));
        safe.extend(stand_in);
        stand_in.is_some()
    })
}

/// Whether [`field`] leaves the text as it is.
pub fn holds_field(text: &str) -> bool {
    field(text) == text
}

/// Whether [`word`] leaves the text as it is.
pub fn holds_word(text: &str) -> bool {
    word(text) == text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_in_its_part_of_the_line() {
        assert_eq!(field("Ada: R, \"x\"\n&\0"), "Ada： R， \"x\"␊＆␀");
        assert_eq!(word("#a b:'c' \"d\"\\\t\u{a0}\u{2028}"), "＃a␣b：’c’␣＂d＂＼␉␣\u{2424}");
        assert!(holds_field("Ada Reyes") && !holds_field("a:b") && holds_field(""));
        assert!(holds_word("ada@example.edu") && !holds_word("a b") && holds_word("a,b"));
    }
}
