//! JSON ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)): a value lands in a string, or is a whole value.

mod literal;

use literal::Literal;
use serde::de::IgnoredAny;

use super::fault::{Checked, invalid, misplaced};
use super::lexer::{ALL_ALIKE, ClassOf, Lexer, UNLIKE, ValueKind};
use super::runs::ByRuns;
use crate::stops::Stops;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Json {
    validate: bool,
    open: Containers,
    expected: Expected,
    token: Token,
    /// Whether the grammar was left. Then only strings are followed.
    lost: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    Array,
    Object,
}

/// The containers that are open: a one, and then a bit for each, the innermost last. Copies of it cost nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Containers(u128);

impl Containers {
    /// Many parsers have a limit, some a lower one.
    const DEEPEST: u32 = u128::BITS - 1;

    fn is_empty(self) -> bool {
        self.0 == 1
    }

    fn innermost(self) -> Option<Container> {
        let container = if self.0 & 1 == 0 { Container::Array } else { Container::Object };
        (!self.is_empty()).then_some(container)
    }

    /// Whether there is room for it.
    fn push(&mut self, container: Container) -> bool {
        let has_room = self.0.leading_zeros() > 0;
        if has_room {
            self.0 = self.0 << 1 | u128::from(container == Container::Object);
        }
        has_room
    }

    fn pop(&mut self) -> Option<Container> {
        let innermost = self.innermost()?;
        self.0 >>= 1;
        Some(innermost)
    }
}

/// What may come next, outside of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Value,
    /// After `[`.
    ValueOrEnd,
    Key,
    /// After `{`.
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    /// After the whole value.
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    None,
    String(StringToken),
    Literal(Literal),
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct StringToken {
    is_key: bool,
    content: Content,
    escape: Escape,
}

/// What a string holds so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Nothing,
    Text,
    Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escape {
    None,
    Backslash,
    /// `\u` lacks this many bytes.
    Unicode(usize),
}

/// A quote, a backslash, and what a string can't hold.
const STRING_ENDS: Stops = Stops::at("\"\\").and_controls();

fn mixed_key() -> Checked {
    misplaced("in a key beside other text", "join the parts first: `\"{{concat \"a \" x}}\"`")
}

impl Json {
    pub(super) fn new(validate: bool) -> Self {
        Self { validate, open: Containers(1), expected: Expected::Value, token: Token::None, lost: false }
    }

    /// A character that is not in a token.
    fn outside(&mut self, character: char) -> Checked {
        match (character, self.expected) {
            (' ' | '\t' | '\n' | '\r', _) => Ok(()),
            ('"', expected) => {
                let is_key = matches!(expected, Expected::Key | Expected::KeyOrEnd) && !self.lost;
                self.token =
                    Token::String(StringToken { is_key, content: Content::Nothing, escape: Escape::None });
                if is_key { Ok(()) } else { self.value_begins() }
            }
            ('[', _) => self.container_begins(Container::Array, Expected::ValueOrEnd),
            ('{', _) => self.container_begins(Container::Object, Expected::KeyOrEnd),
            (']', Expected::ValueOrEnd | Expected::CommaOrEnd) => self.container_ends(Container::Array),
            ('}', Expected::KeyOrEnd | Expected::CommaOrEnd) => self.container_ends(Container::Object),
            (',', Expected::CommaOrEnd) => {
                self.expected = match self.open.innermost() {
                    Some(Container::Object) => Expected::Key,
                    _ => Expected::Value,
                };
                Ok(())
            }
            (':', Expected::Colon) => {
                self.expected = Expected::Value;
                Ok(())
            }
            (']' | '}', Expected::Value) if self.open.innermost() == Some(Container::Object) => {
                self.invalid("a value is missing")
            }
            (']' | '}', Expected::Value | Expected::Key) if !self.open.is_empty() => {
                self.invalid("there is a comma before the end")
            }
            (']' | '}' | ',' | ':', _) => self.invalid(format!("`{character}` is not expected here")),
            _ => {
                self.token = Token::Literal(Literal::new(character));
                self.value_begins()
            }
        }
    }

    fn value_begins(&mut self) -> Checked {
        match self.expected {
            Expected::Value | Expected::ValueOrEnd => Ok(()),
            Expected::Key | Expected::KeyOrEnd => self.invalid("a key has to be a string"),
            Expected::Colon => self.invalid("a colon is missing"),
            Expected::CommaOrEnd => self.invalid("a comma is missing"),
            Expected::Nothing => self.invalid("there is more than one value"),
        }
    }

    fn value_ends(&mut self) {
        self.expected = if self.open.is_empty() { Expected::Nothing } else { Expected::CommaOrEnd };
    }

    fn container_begins(&mut self, container: Container, expected: Expected) -> Checked {
        let allowed = self.value_begins();
        self.expected = expected;
        if self.open.push(container) {
            allowed
        } else {
            allowed
                .and_then(|()| self.invalid(format!("it is more than {} levels deep", Containers::DEEPEST)))
        }
    }

    fn container_ends(&mut self, closed: Container) -> Checked {
        let opened = self.open.pop();
        self.value_ends();
        if opened == Some(closed) { Ok(()) } else { self.invalid("the brackets do not match") }
    }

    fn literal_ends(&mut self, literal: Literal) -> Checked {
        self.token = Token::None;
        self.value_ends();
        if literal.is_whole() {
            Ok(())
        } else {
            self.invalid("this is neither a number, a text in quotes nor `true`, `false` or `null`")
        }
    }

    fn invalid(&mut self, why: impl Into<String>) -> Checked {
        let first = !std::mem::replace(&mut self.lost, true);
        invalid(self.validate && first, why)
    }
}

impl ByRuns for Json {
    fn run(&self, rest: &str) -> usize {
        match &self.token {
            Token::String(StringToken { escape: Escape::None, .. }) => STRING_ENDS.run(rest),
            Token::None => rest.bytes().position(|byte| !matches!(byte, b' ' | b'\n')).unwrap_or(rest.len()),
            _ => 0,
        }
    }

    fn pass(&mut self, _: &str) -> Checked {
        match &mut self.token {
            Token::String(string) => string.text_arrives(),
            _ => Ok(()),
        }
    }

    fn character(&mut self, character: char) -> Checked {
        match &mut self.token {
            Token::String(string) => match string.character(character) {
                Step::Goes => string.text_arrives(),
                Step::Ends => {
                    let is_key = string.is_key;
                    self.token = Token::None;
                    if is_key {
                        self.expected = Expected::Colon;
                    } else {
                        self.value_ends();
                    }
                    Ok(())
                }
                Step::Wrong(why) => self.invalid(why),
            },
            Token::Literal(literal) if is_literal(character) => {
                *literal = literal.followed_by(character);
                Ok(())
            }
            Token::Literal(literal) => {
                let literal = *literal;
                self.literal_ends(literal)?;
                self.outside(character)
            }
            Token::None => self.outside(character),
        }
    }
}

impl Lexer for Json {
    fn text(&mut self, text: &str) -> Checked {
        self.read(text)
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> Checked {
        match (&mut self.token, kind) {
            (Token::String(_), ValueKind::Finished | ValueKind::Quoted) => {
                misplaced("inside quotes, and brings its own", "remove the quotes around it")
            }
            (Token::String(string), ValueKind::Escaped) => {
                if string.is_key && string.content != Content::Nothing {
                    return mixed_key();
                }
                if !matches!(string.escape, Escape::None) {
                    return misplaced("after a backslash", "remove the backslash");
                }
                string.content = Content::Value;
                Ok(())
            }
            (Token::Literal(_), _) => misplaced("right after other text", "write `\"{{x}}\"`"),
            // A text such as `[1]` must not become a list.
            (Token::None, ValueKind::Escaped) if !is_json(value) || value.starts_with(['"', '[', '{']) => {
                misplaced("outside quotes", "write `\"{{x}}\"`, or `{{json x}}` for any value")
            }
            (Token::None, _) if matches!(self.expected, Expected::Key | Expected::KeyOrEnd) && !self.lost => {
                if !value.starts_with('"') {
                    return misplaced("where a key is", "write `\"{{x}}\"`");
                }
                self.expected = Expected::Colon;
                Ok(())
            }
            (Token::None, _) => {
                let allowed = self.value_begins();
                self.value_ends();
                allowed
            }
        }
    }

    fn classes(&self, kind: ValueKind) -> ClassOf {
        match (&self.token, kind) {
            (Token::String(_), ValueKind::Escaped) => ALL_ALIKE,
            (Token::None, ValueKind::Finished)
                if !matches!(self.expected, Expected::Key | Expected::KeyOrEnd) =>
            {
                ALL_ALIKE
            }
            _ => UNLIKE,
        }
    }

    fn end(&mut self) -> Checked {
        match self.token {
            Token::String(_) => return self.invalid("a string has no end"),
            Token::Literal(literal) => self.literal_ends(literal)?,
            Token::None => {}
        }
        match self.expected {
            Expected::Nothing => Ok(()),
            Expected::Value if self.open.is_empty() => self.invalid("it is empty"),
            _ => self.invalid("it ends too early"),
        }
    }
}

/// Whether a string goes on after a character.
enum Step {
    Goes,
    Ends,
    Wrong(&'static str),
}

impl StringToken {
    fn text_arrives(&mut self) -> Checked {
        match self.content {
            Content::Value if self.is_key => mixed_key(),
            Content::Nothing => {
                self.content = Content::Text;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn character(&mut self, character: char) -> Step {
        match self.escape {
            Escape::None => match character {
                '"' => return Step::Ends,
                '\\' => self.escape = Escape::Backslash,
                ..' ' => return Step::Wrong("a string holds a control character or a line end"),
                _ => {}
            },
            Escape::Backslash => {
                self.escape = if character == 'u' { Escape::Unicode(4) } else { Escape::None };
                if !matches!(character, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') {
                    return Step::Wrong("JSON does not know this backslash escape");
                }
            }
            Escape::Unicode(digits) => {
                self.escape = match digits.saturating_sub(character.len_utf8()) {
                    0 => Escape::None,
                    digits => Escape::Unicode(digits),
                };
                if !character.is_ascii_hexdigit() {
                    return Step::Wrong("four hexadecimal digits must follow `\\u`");
                }
            }
        }
        Step::Goes
    }
}

fn is_literal(character: char) -> bool {
    !matches!(character, ' ' | '\t' | '\n' | '\r' | '"' | '[' | ']' | '{' | '}' | ',' | ':')
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok() && !text.starts_with([' ', '\t', '\n', '\r'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::landing::testing::{read, refused};

    fn json(output: &str) -> Checked {
        read(&mut Json::new(true), output)
    }

    #[test]
    fn values_land_in_strings_and_as_whole_values() {
        for output in [
            r#"{"a": "«x»", "«k»": "a «x» «y»", "n": «1», "t": [«true», ‹{"b":[1]}›, ‹"s"›]}"#,
            "‹[]›\n",
            r#"{‹"key"›: 1}"#,
            r#"["\u00e9\n", -1.5e3, null]"#,
        ] {
            assert_eq!(json(output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_elsewhere_are_refused() {
        for (output, place) in [
            ("[«x»]", "outside quotes"),
            (r#"[«"x"»]"#, "outside quotes"),
            ("[«[1]»]", "outside quotes"),
            ("[«{}»]", "outside quotes"),
            (r#"["‹"x"›"]"#, "inside quotes"),
            (r#"["\«n»"]"#, "after a backslash"),
            ("[1«2»]", "right after other text"),
            (r#"{"a «x»": 1}"#, "in a key"),
            (r#"{"«x» a": 1}"#, "in a key"),
            (r#"{"«x»«y»": 1}"#, "in a key"),
            ("{«1»: 2}", "where a key is"),
            ("{‹[1]›: 2}", "where a key is"),
        ] {
            let found = refused(&mut Json::new(false), output);
            assert!(found.starts_with(place), "{output}: {found}");
            assert!(json(output).is_err(), "{output}");
        }
    }

    proptest! {
        #[test]
        fn it_accepts_what_is_json(text in r#"[\[\]{},:"\\ u01e.+\-a-f\n]{0,12}|(\[|\{|"[ab]?":?|,|1|true|\}|\]| ){0,9}"#) {
            let is_json = serde_json::from_str::<serde_json::Value>(&text).is_ok();
            // serde_json refuses lone surrogates and numbers beyond its range.
            prop_assume!(is_json || !text.contains(['u', 'e']));
            prop_assert_eq!(json(&text).is_ok(), is_json);
            prop_assert_eq!(read(&mut Json::new(false), &text), Ok(()));
        }
    }
}
