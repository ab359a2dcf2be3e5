//! `.ini`: a value stands after a key in its line, in quotes or not.

use super::fault::{Checked, Fault, invalid, misplaced};
use super::lexer::{Lexer, ValueKind};
use crate::escape::ini::holds;

#[derive(Debug)]
pub(super) struct Ini {
    validate: bool,
    state: State,
    /// The key, or the name of the section, as far as it is read.
    name: String,
    has_section: bool,
    /// The white space before this line's text, and before the last key. Some readers take a line with more of it for
    /// a part of that key's value.
    indent: usize,
    key_indent: Option<usize>,
    last: Option<char>,
    /// Whether the line before ended with a backslash, which joins this line to it.
    joined: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In a key, or before it.
    Key,
    /// In a line that goes on with the value of the line before.
    Continued,
    Comment,
    Section,
    AfterSection,
    Value,
}

impl Ini {
    pub(super) fn new(validate: bool) -> Self {
        Self {
            validate,
            state: State::Key,
            name: String::new(),
            has_section: false,
            indent: 0,
            key_indent: None,
            last: None,
            joined: false,
        }
    }

    fn character(&mut self, character: char) -> Checked {
        let last = self.last.replace(character);
        if matches!(character, '\n' | '\r') {
            self.joined = last == Some('\\');
            return self.line_ends();
        }
        let at_start = self.name.is_empty();
        match (self.state, character) {
            (State::Key, '#' | ';') if at_start => self.state = State::Comment,
            (State::Key, _) if at_start && character.is_whitespace() => self.indent += 1,
            (State::Key, _) if at_start && self.key_indent.is_some_and(|key| self.indent > key) => {
                self.state = State::Continued;
            }
            (State::Key, '[') if at_start => self.state = State::Section,
            (State::Key, '=' | ':') => {
                self.state = State::Value;
                self.key_indent = Some(self.indent);
                if at_start {
                    return invalid(self.validate, "a key is missing");
                }
                if !self.has_section {
                    return invalid(self.validate, "a key stands before the first section");
                }
            }
            (State::Key, _) => self.name.push(character),
            (State::Section, ']') => {
                self.state = State::AfterSection;
                self.has_section = true;
                self.key_indent = None;
                if at_start {
                    return invalid(self.validate, "a section has no name");
                }
            }
            (State::Section, _) => self.name.push(character),
            // Some readers take a section's name up to the last bracket of the line, also in a comment.
            (State::AfterSection, _) if !character.is_whitespace() => {
                return invalid(self.validate, "text follows a section");
            }
            (State::AfterSection | State::Comment | State::Continued | State::Value, _) => {}
        }
        Ok(())
    }

    fn line_ends(&mut self) -> Checked {
        let state = std::mem::replace(&mut self.state, State::Key);
        let name = std::mem::take(&mut self.name);
        self.indent = 0;
        match state {
            State::Section => invalid(self.validate, "a section has no `]`"),
            State::Key if !name.is_empty() => {
                invalid(self.validate, "a line is neither a section, nor a key with `=`, nor a comment")
            }
            _ => Ok(()),
        }
    }
}

/// Whether a value may be a part of a key or of a section's name: no other one has that name.
fn may_name(before: &str, value: &str) -> bool {
    let is_word = value.chars().all(|character| character.is_alphanumeric() || "_-.@".contains(character));
    let is_id = value.len() == 36 && value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    is_id || is_word && before.contains(|before: char| !before.is_whitespace())
}

impl Lexer for Ini {
    fn text(&mut self, text: &str) -> Checked {
        text.chars().try_for_each(|character| self.character(character))
    }

    fn value(&mut self, value: &str, _: ValueKind) -> Checked {
        self.last = None;
        match self.state {
            _ if !holds(value) => Err(Fault::Unwritable),
            _ if self.joined => {
                misplaced("in a line that a backslash joins to the one before", "write one line")
            }
            State::Value | State::Comment => Ok(()),
            State::Key | State::Section if may_name(&self.name, value) => {
                self.name.push_str(value);
                Ok(())
            }
            State::Key => misplaced(
                "at the start of a line",
                "write `key = {{x}}`; an id may be a key, and a word may end one, as in `group-{{slug x}} =`",
            ),
            State::Section => misplaced(
                "in the name of a section",
                "write an id there, or a word after your own text, as in `[group-{{slug x}}]`",
            ),
            State::Continued => {
                misplaced("in a line that some readers take for a key", "write all in one line: `{{join x}}`")
            }
            State::AfterSection => misplaced("in the line of a section", "write it in a line below"),
        }
    }

    fn end(&mut self) -> Checked {
        self.line_ends()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    const ID: &str = "12345678-1234-1234-1234-123456789abc";

    #[test]
    fn values_stand_after_a_key() {
        for output in [
            "; «a»\n\n# b\n[a «b»]\nkey = «a b» and \"«c»\"\nk:«d»\n  more\n\n[c]\nk«1»=2",
            &format!("[«{ID}»]\n«{ID}» = «[x] = y»\r\n"),
            "[a]\n\tb = «c»\n\td = «e»\n  # f\n\t[g]\n\th = «i»\n",
            "",
        ] {
            assert_eq!(read(&mut Ini::new(true), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_elsewhere_are_refused() {
        for (output, place) in [
            ("[a]\n«b» = c", "at the start"),
            ("[a]\n «b»", "at the start"),
            ("[a]\nb =\n  c = «c»", "in a line that some readers"),
            ("[a]\nb =\n  [c] «c»", "in a line that some readers"),
            ("[«DEFAULT»]", "in the name of a section"),
            ("[ «DEFAULT»]", "in the name of a section"),
            ("[a «b] c»]", "in the name of a section"),
            ("[a] «b»", "in the line of a section"),
            ("[a] ; «]»", "in the line of a section"),
            ("[a]\nb = c\\\n«d»", "in a line that a backslash joins"),
            ("[a]\nb = c\\\nd = «e»", "in a line that a backslash joins"),
        ] {
            let found = refused(&mut Ini::new(false), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
        for output in ["a = «b\nc»", "a = «b%»", "a = «\"»", "; «a\rb»", "a = « b»"] {
            assert_eq!(read(&mut Ini::new(false), output), Err(Fault::Unwritable), "{output}");
        }
    }

    #[test]
    fn what_is_neither_section_nor_key_is_invalid() {
        for output in ["a = b", "[a\n", "[a] b", "[a] ; b", "[a]\nb\n", "[]", "[a]\n= b", "[a]\nb"] {
            assert!(read(&mut Ini::new(true), output).is_err(), "{output}");
            assert_eq!(read(&mut Ini::new(false), output), Ok(()), "{output}");
        }
    }
}
