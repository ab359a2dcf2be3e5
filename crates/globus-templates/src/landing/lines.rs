//! Text of lines: settings, and lists with one entry a line. A value never begins a line of its own.

use super::fault::{Checked, Fault, misplaced};
use super::lexer::{Lexer, ValueKind};
use crate::escape::lines::{holds_line, holds_setting};

/// A list: each line is an entry.
#[derive(Debug)]
pub(super) struct Lines {
    validate: bool,
    line: Line,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Empty,
    Blank,
    Entry,
}

impl Lines {
    pub(super) fn new(validate: bool) -> Self {
        Self { validate, line: Line::Empty }
    }

    fn line_ends(&mut self, is_last: bool) -> Checked {
        match std::mem::replace(&mut self.line, Line::Empty) {
            Line::Entry => Ok(()),
            Line::Empty if is_last => Ok(()),
            _ if !self.validate => Ok(()),
            _ => Err(Fault::Invalid("a line is empty, and could be read as an entry".to_owned())),
        }
    }
}

impl Lexer for Lines {
    fn text(&mut self, text: &str) -> Checked {
        text.chars().try_for_each(|character| match character {
            '\n' => self.line_ends(false),
            _ if character.is_whitespace() => {
                self.line = if self.line == Line::Entry { Line::Entry } else { Line::Blank };
                Ok(())
            }
            _ => {
                self.line = Line::Entry;
                Ok(())
            }
        })
    }

    fn value(&mut self, value: &str, _: ValueKind) -> Checked {
        self.line = Line::Entry;
        if holds_line(value) { Ok(()) } else { Err(Fault::Unwritable) }
    }

    fn end(&mut self) -> Checked {
        self.line_ends(true)
    }
}

/// Settings: what a line begins with decides what it means.
#[derive(Debug)]
pub(super) struct Conf {
    start: Start,
}

/// What this line began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// Nothing so far, but white space.
    Nothing,
    /// A value, and nothing else so far, but white space.
    Value,
    Text,
}

impl Conf {
    pub(super) fn new() -> Self {
        Self { start: Start::Nothing }
    }
}

impl Lexer for Conf {
    fn text(&mut self, text: &str) -> Checked {
        for character in text.chars() {
            match character {
                '\n' | '\r' => self.start = Start::Nothing,
                _ if !character.is_whitespace() => self.start = Start::Text,
                _ => {}
            }
        }
        Ok(())
    }

    fn value(&mut self, value: &str, _: ValueKind) -> Checked {
        const HELP: &str = "begin the line with text of your own; a list has the format `.lines`";
        match self.start {
            _ if !holds_setting(value) => Err(Fault::Unwritable),
            Start::Text => Ok(()),
            Start::Nothing if is_word(value) => {
                self.start = Start::Value;
                Ok(())
            }
            Start::Nothing => misplaced("at the start of a line, and could decide what the line means", HELP),
            Start::Value => misplaced("in a line of values alone, which could mean anything", HELP),
        }
    }

    fn end(&mut self) -> Checked {
        Ok(())
    }
}

/// Whether the text is a name, such as an id, a user's name or what the helper `slug` gives: no comment, no directive
/// with its argument.
fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphanumeric() || first == '_')
        && text.chars().all(|character| character.is_alphanumeric() || "_-.@".contains(character))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn a_value_stands_anywhere_in_a_line_of_a_list() {
        for output in ["«# a»\n«b» c «d»\n", "", "a\r\n«b»", "  «a»\n"] {
            assert_eq!(read(&mut Lines::new(true), output), Ok(()), "{output}");
        }
        for value in ["a\nb", "a\rb", "a\u{2028}b", "a\0", " "] {
            let output = format!("«{value}»\n");
            assert_eq!(read(&mut Lines::new(false), &output), Err(Fault::Unwritable), "{output}");
        }
        for output in ["a\n\nb\n", "a\n  \n", "\n", "a\n \t", "\r\n"] {
            assert!(read(&mut Lines::new(true), output).is_err(), "{output:?}");
            assert_eq!(read(&mut Lines::new(false), output), Ok(()), "{output:?}");
        }
    }

    #[test]
    fn no_value_decides_what_a_setting_is() {
        for output in
            ["a = «# b»\n\n# «c»\n", "«a-1»:x:«2»:«b»,«c d»\n", "  «u@x.org» ALL=(ALL) «c»\n", "%«é» «a b»"]
        {
            assert_eq!(read(&mut Conf::new(), output), Ok(()), "{output}");
        }
        for output in ["«# a»", "a\n  «@include»", "«Include /x»", "\r«!a»", "«-a»"] {
            assert!(refused(&mut Conf::new(), output).starts_with("at the start of a line"), "{output}");
        }
        for output in ["«Include» «/x»", "«Incl»«ude /x»", "«a»\t«b»"] {
            assert!(refused(&mut Conf::new(), output).starts_with("in a line of values"), "{output}");
        }
        for output in ["a «b\nc»", "a «b\\»", "a «b\u{85}»"] {
            assert_eq!(read(&mut Conf::new(), output), Err(Fault::Unwritable), "{output}");
        }
    }
}
