//! TOML 1.0 ([TOML](https://toml.io/en/v1.0.0)): a value lands in a string in double quotes, or is a whole value.
//!
//! Each statement is parsed by itself, so that the output need not be held. What several statements say about a key is
//! compared by `keys`.

mod keys;

use keys::Keys;

use super::fault::{Checked, Fault, misplaced};
use super::lexer::{Lexer, ValueKind};

#[derive(Debug)]
pub(super) struct Toml {
    validate: bool,
    state: State,
    /// This statement so far: a header, or a key with its value. Empty if it is not validated.
    statement: String,
    /// Where its `=` is.
    equals: Option<usize>,
    /// The bytes of this statement.
    length: usize,
    is_header: bool,
    /// The brackets that are open.
    open: usize,
    /// The quotes right before: in a string of several lines, or 2 after an empty string.
    quotes: usize,
    /// What stands before, outside of strings.
    last: char,
    keys: Keys,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Bare,
    Comment,
    /// In a string in one line, with its quote.
    String {
        quote: char,
        escaped: bool,
        content: Content,
    },
    /// In a string of several lines.
    Lines {
        quote: char,
        escaped: bool,
    },
}

/// What a string holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Nothing,
    Text,
    Value,
}

impl Toml {
    pub(super) fn new(validate: bool) -> Self {
        Self {
            validate,
            state: State::Bare,
            statement: String::new(),
            equals: None,
            length: 0,
            is_header: false,
            open: 0,
            quotes: 0,
            last: '\n',
            keys: Keys::default(),
        }
    }

    fn character(&mut self, character: char) -> Checked {
        self.push(character);
        if character == '\n' && self.ends_statement() {
            return self.statement_ends();
        }
        let is_key = self.is_key();
        match &mut self.state {
            State::Comment if character == '\n' => self.state = State::Bare,
            State::Comment => {}
            State::String { escaped, content, .. } if *escaped => {
                *escaped = false;
                *content = Content::Text;
            }
            State::String { quote: '"', escaped, .. } if character == '\\' => *escaped = true,
            State::String { quote, content, .. } if character == *quote => {
                // Two quotes are an empty string, and three begin one of several lines.
                self.quotes = if *content == Content::Nothing { 2 } else { 0 };
                self.state = State::Bare;
                self.last = character;
            }
            State::String { content, .. } => {
                if is_key && *content == Content::Value {
                    return mixed_key();
                }
                *content = Content::Text;
            }
            State::Lines { escaped, .. } if *escaped => {
                *escaped = false;
                self.quotes = 0;
            }
            State::Lines { quote: '"', escaped } if character == '\\' => {
                *escaped = true;
                self.quotes = 0;
            }
            State::Lines { quote, .. } if character == *quote => {
                self.quotes += 1;
                // Up to two quotes can stand before the three at the end.
                if self.quotes == 5 {
                    self.end_lines(character);
                }
            }
            State::Lines { quote, .. } if self.quotes >= 3 => {
                let quote = *quote;
                self.end_lines(quote);
                return self.bare(character);
            }
            State::Lines { .. } => self.quotes = 0,
            State::Bare => return self.bare(character),
        }
        Ok(())
    }

    fn bare(&mut self, character: char) -> Checked {
        let quotes = std::mem::take(&mut self.quotes);
        match character {
            '"' | '\'' if quotes == 2 && self.last == character => {
                self.state = State::Lines { quote: character, escaped: false };
                return Ok(());
            }
            '"' | '\'' => {
                let touched = self.last == VALUE;
                self.state = State::String { quote: character, escaped: false, content: Content::Nothing };
                return if touched { beside() } else { Ok(()) };
            }
            '#' => self.state = State::Comment,
            '[' if self.length == 1 || self.is_blank() => {
                self.is_header = true;
                self.open += 1;
            }
            '[' | '{' => self.open += 1,
            ']' | '}' => self.open = self.open.saturating_sub(1),
            '=' if self.equals.is_none() && !self.is_header => self.equals = Some(self.length - 1),
            _ if self.last == VALUE && !character.is_whitespace() && character != ',' => return beside(),
            _ => {}
        }
        if !character.is_whitespace() || self.last == VALUE {
            self.last = character;
        }
        Ok(())
    }

    /// Whether nothing but white space stands before the last character of the statement.
    fn is_blank(&self) -> bool {
        self.last == '\n'
    }

    fn end_lines(&mut self, quote: char) {
        self.state = State::Bare;
        self.quotes = 0;
        self.last = quote;
    }

    fn push(&mut self, character: char) {
        self.length += character.len_utf8();
        if self.validate {
            self.statement.push(character);
        }
    }

    /// Whether a line end here ends the statement.
    fn ends_statement(&self) -> bool {
        let in_lines = matches!(self.state, State::Lines { .. }) && self.quotes < 3;
        !in_lines && (self.open == 0 || self.is_header || self.equals.is_none())
    }

    fn statement_ends(&mut self) -> Checked {
        let statement = std::mem::take(&mut self.statement);
        let (equals, is_header) = (self.equals.take(), self.is_header);
        self.state = State::Bare;
        self.is_header = false;
        self.length = 0;
        self.open = 0;
        self.quotes = 0;
        self.last = '\n';
        if self.validate {
            self.keys.statement(&statement, equals, is_header).map_err(Fault::Invalid)?;
        }
        Ok(())
    }

    /// Whether a key is read, or the header of a table.
    fn is_key(&self) -> bool {
        self.equals.is_none()
    }
}

fn mixed_key() -> Checked {
    misplaced("in a key beside other text", "join the parts first: `\"{{concat \"a \" x}}\"`")
}

fn beside() -> Checked {
    misplaced("right beside other text", "write `\"{{x}}\"`, or a comma between them")
}

const NULL: &str = "TOML has no null; write `{{json (default x \"\")}}`, or `{{#if x}}` around the line";

/// Stands for a whole value as the last character.
const VALUE: char = '\0';

impl Lexer for Toml {
    fn text(&mut self, text: &str) -> Checked {
        text.chars().try_for_each(|character| self.character(character))
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> Checked {
        let is_key = self.is_key();
        match (&mut self.state, kind) {
            (State::String { escaped: true, .. }, _) => {
                misplaced("after a backslash", "remove the backslash")
            }
            (State::String { quote: '"', content, .. }, ValueKind::Escaped) => {
                if is_key && *content != Content::Nothing {
                    return mixed_key();
                }
                *content = Content::Value;
                Ok(())
            }
            (State::String { quote: '"', .. }, ValueKind::Finished) => {
                misplaced("inside quotes, and brings its own", "remove the quotes around it")
            }
            (State::String { .. }, _) => misplaced("inside single quotes", "put it in double quotes"),
            (State::Lines { .. }, _) => {
                misplaced("in a string of several lines", "write it in a string of one line: `\"{{x}}\"`")
            }
            (State::Comment, _) if !value.contains(['\n', '\r']) => Ok(()),
            (State::Comment, _) => misplaced("in a comment", "write it outside the comment"),
            (State::Bare, kind) => {
                if kind == ValueKind::Escaped && !is_number(value) {
                    return misplaced("outside quotes", "write `\"{{x}}\"`, or `{{json x}}` for a list");
                }
                if is_key
                    && !(value.starts_with('"') && (self.is_blank() || self.last == '[' || self.last == '.'))
                {
                    return misplaced("where a key is", "write `\"{{x}}\"`");
                }
                if value == "null" && self.validate {
                    return Err(Fault::Invalid(NULL.to_owned()));
                }
                if !is_key && !matches!(self.last, '=' | '[' | ',') {
                    return beside();
                }
                self.last = VALUE;
                self.quotes = 0;
                Ok(())
            }
        }?;
        self.length += value.len();
        if self.validate {
            self.statement.push_str(value);
        }
        Ok(())
    }

    fn end(&mut self) -> Checked {
        self.statement_ends()
    }
}

/// Whether the text is a number or a boolean, which a helper gives.
fn is_number(text: &str) -> bool {
    matches!(text, "true" | "false") || serde_json::from_str::<serde_json::Number>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn values_land_in_double_quotes() {
        for output in [
            "# «x»\na = \"«b» c «d»\"\n[[x]]\n\"«k»\" = ‹[\"a\", {b = 1}]›\n[t.\"«k»\".x]\nn = «12» # it's\nb = [«1», ‹\"x\"›,\n  # ]\n  \"«y»\"]\n",
            "a = '''it's \" '''''\nb = \"\"\"\n\\\"\"\"\"\nc = \"\"\nd = ''\ne = \"«x»\"\r\n",
            "a = {\"b\" = \"«c»\", d = «1»}\n‹\"e f\"› = 1\ng.‹\"h\"› = 2\ni = 1979-05-27T07:32:00Z\n",
            "",
        ] {
            assert_eq!(read(&mut Toml::new(true), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_elsewhere_are_refused() {
        for (output, place) in [
            ("a = «b»", "outside quotes"),
            ("a = 1«2»", "right beside"),
            ("a = «1»2", "right beside"),
            ("a = ‹\"b\"›‹\"c\"›", "right beside"),
            ("a = ‹\"b\"›\"c\"", "right beside"),
            ("a = '«b»'", "inside single quotes"),
            ("a = \"‹\"b\"›\"", "inside quotes"),
            ("a = \"\\«n»\"", "after a backslash"),
            ("a = \"\"\"«b»\"\"\"", "in a string of several lines"),
            ("a = '''\n«b»'''", "in a string of several lines"),
            ("«1» = 2", "where a key is"),
            ("a‹\"b\"› = 2", "where a key is"),
            ("[«1»]", "where a key is"),
            ("\"a «b»\" = 1", "in a key"),
            ("\"«b» a\" = 1", "in a key"),
            ("[\"«b»«c»\"]", "in a key"),
            ("# «\n»", "in a comment"),
        ] {
            let found = refused(&mut Toml::new(false), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
    }

    #[test]
    fn null_is_no_value() {
        for output in ["a = ‹null›", "a = [1, ‹null›]"] {
            assert_eq!(read(&mut Toml::new(true), output), Err(Fault::Invalid(NULL.to_owned())), "{output}");
            assert_eq!(read(&mut Toml::new(false), output), Ok(()));
        }
    }

    proptest! {
        /// The crate reads the whole at once.
        #[test]
        fn it_accepts_what_is_toml(
            text in r#"((\[\[?)?(a|b|"c d"|a\.b|b\."c d")(\]\]?)?( = (1|"x"|'y'|\[1,\n2\]|\{a = 1\}|\{b\.a = 1\}|"""\n"{0,2}x"""|'''x\n''')( # z)?)?\n){0,6}|["'\\a=\[\]{},#. \n1]{0,9}"#
        ) {
            let is_toml = text.parse::<toml::Table>().is_ok();
            prop_assert_eq!(read(&mut Toml::new(true), &text).is_ok(), is_toml, "{}", text);
            prop_assert_eq!(read(&mut Toml::new(false), &text), Ok(()));
        }
    }
}
