//! JavaScript: a value is a whole JSON value where an expression begins, or a part of such a string in double quotes.
//!
//! Where a regular expression begins is not known, so no value is taken after a `/` that begins no comment.

mod known;

use known::{FUNCTIONS, PROPERTIES, VARIABLES};

use super::fault::{Checked, Fault, misplaced};
use super::lexer::{Lexer, ValueKind};

#[derive(Debug)]
pub(super) struct Js {
    validate: bool,
    state: State,
    open: Vec<Bracket>,
    /// What stands before, outside of comments and white space.
    before: Before,
    /// The last word, or what the last string holds.
    word: String,
    /// What the next expression is assigned to.
    target: Target,
    /// The character before; none at the start, and after a comment.
    last: Option<char>,
    /// The signs right before, which can begin a comment of HTML.
    signs: String,
    is_start: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Code,
    /// After `/`.
    Slash,
    String {
        quote: char,
        escaped: bool,
        place: Place,
    },
    Template {
        escaped: bool,
    },
    LineComment,
    BlockComment,
    /// Until the end.
    Lost,
}

/// Where an expression begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Good,
    /// Not where an expression begins.
    Elsewhere,
    /// Where a text is run, or becomes a part of a page.
    Run,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Round,
    Square,
    Curly,
    /// `${` in a template.
    Template,
    /// `(` of a function that runs what it is given.
    Run,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Word,
    /// A string or a value.
    Data,
    /// The last two signs.
    Signs(char, char),
}

#[derive(Debug, PartialEq, Eq)]
enum Target {
    Harmless,
    /// What is assigned is run, or becomes a part of a page.
    Run,
}

/// How much of a word matters.
const LONGEST: usize = 32;

impl Js {
    pub(super) fn new(validate: bool) -> Self {
        Self {
            validate,
            state: State::Code,
            open: Vec::new(),
            before: Before::Signs(';', ';'),
            word: String::new(),
            target: Target::Harmless,
            last: None,
            signs: String::new(),
            is_start: true,
        }
    }

    fn character(&mut self, character: char) -> Checked {
        let last = self.last.replace(character);
        let line_ends = matches!(character, '\n' | '\r' | '\u{2028}' | '\u{2029}');
        match &mut self.state {
            State::Code => return self.code(character, last),
            State::LineComment if line_ends => self.state = State::Code,
            State::BlockComment if character == '/' && last == Some('*') => {
                self.state = State::Code;
                self.last = None;
            }
            State::Slash if character == '/' => self.state = State::LineComment,
            State::Slash if character == '*' => {
                self.state = State::BlockComment;
                self.last = None;
            }
            // It divides, or begins a regular expression, in which quotes mean nothing.
            State::Slash => self.state = State::Lost,
            State::String { escaped, .. } | State::Template { escaped } if *escaped => {
                *escaped = false;
                self.last = None;
            }
            State::String { escaped, .. } | State::Template { escaped } if character == '\\' => {
                *escaped = true;
            }
            State::String { quote, .. } if character == *quote => self.data_ends(),
            State::String { .. } if matches!(character, '\n' | '\r') => {
                return self.lost("a string has no end in its line");
            }
            State::String { .. } => self.push_word(character),
            State::Template { .. } if character == '`' => self.data_ends(),
            State::Template { .. } if character == '{' && last == Some('$') => {
                self.open.push(Bracket::Template);
                self.state = State::Code;
                self.before = Before::Signs('$', '{');
            }
            State::Template { .. } | State::LineComment | State::BlockComment | State::Lost => {}
        }
        Ok(())
    }

    fn code(&mut self, character: char, last: Option<char>) -> Checked {
        let is_start = std::mem::replace(&mut self.is_start, false);
        if "<!->".contains(character) {
            self.signs.push(character);
            if self.signs.ends_with("<!--") || self.signs.ends_with("-->") {
                // In a script that is no module, it is a comment.
                self.state = State::Lost;
                return Ok(());
            }
        } else {
            self.signs.clear();
        }
        let is_word = character.is_alphanumeric() || matches!(character, '_' | '$' | '\u{200c}' | '\u{200d}');
        match character {
            '#' if is_start => self.state = State::LineComment,
            '/' => self.state = State::Slash,
            '\'' | '"' => {
                let place = self.place();
                self.state = State::String { quote: character, escaped: false, place };
                self.word.clear();
            }
            '`' => self.state = State::Template { escaped: false },
            '\\' => return self.lost("a backslash stands outside of strings"),
            _ if is_word => {
                let goes_on = self.before == Before::Word && last.is_some_and(|last| !last.is_whitespace());
                if !goes_on {
                    self.word.clear();
                }
                self.push_word(character);
                self.before = Before::Word;
            }
            _ if character.is_whitespace() || character == '\u{feff}' => {}
            _ => return self.sign(character),
        }
        Ok(())
    }

    fn sign(&mut self, sign: char) -> Checked {
        let before = match self.before {
            Before::Signs(_, last) => last,
            Before::Word | Before::Data => ' ',
        };
        match sign {
            '(' => {
                let is_call = matches!(self.before, Before::Word | Before::Signs('?', '.'));
                let runs = is_call && FUNCTIONS.contains(&self.word.as_str());
                self.open.push(if runs { Bracket::Run } else { Bracket::Round });
            }
            '[' => self.open.push(Bracket::Square),
            '{' => self.open.push(Bracket::Curly),
            ')' | ']' | '}' => match (self.open.pop(), sign) {
                (Some(Bracket::Round | Bracket::Run), ')')
                | (Some(Bracket::Square), ']')
                | (Some(Bracket::Curly), '}') => {}
                (Some(Bracket::Template), '}') => {
                    self.state = State::Template { escaped: false };
                    return Ok(());
                }
                (None, _) => return self.lost("a bracket closes what was not opened"),
                _ => return self.lost("the brackets do not match"),
            },
            _ => {}
        }
        let word = self.word.as_str();
        match sign {
            '=' if matches!(before, '=' | '!' | '<' | '>') => {}
            '=' if VARIABLES.contains(&word) || PROPERTIES.contains(&word) => self.target = Target::Run,
            ':' if PROPERTIES.contains(&word) => self.target = Target::Run,
            '=' | ':' | ';' | ',' | '{' | '}' => self.target = Target::Harmless,
            _ => {}
        }
        self.before = Before::Signs(before, sign);
        Ok(())
    }

    fn push_word(&mut self, character: char) {
        if self.word.len() < LONGEST {
            self.word.push(character);
        }
    }

    /// A string or a value is complete.
    fn data_ends(&mut self) {
        self.state = State::Code;
        self.before = Before::Data;
    }

    /// Whether an expression that begins here may be a value.
    fn place(&self) -> Place {
        let is_run = |bracket: &Bracket| matches!(bracket, Bracket::Run | Bracket::Template);
        if self.target == Target::Run || self.open.iter().any(is_run) {
            return Place::Run;
        }
        let begins = match self.before {
            Before::Signs(_, '=' | '(' | '[' | ',' | ':' | '?')
            | Before::Signs('=', '>')
            | Before::Signs('|', '|')
            | Before::Signs('&', '&') => true,
            Before::Word => {
                matches!(self.word.as_str(), "return" | "default")
                    && self.last.is_none_or(char::is_whitespace)
            }
            _ => false,
        };
        if begins { Place::Good } else { Place::Elsewhere }
    }

    fn lost(&mut self, why: &str) -> Checked {
        self.state = State::Lost;
        self.invalid(why)
    }

    fn invalid(&self, why: &str) -> Checked {
        if self.validate { Err(Fault::Invalid(why.to_owned())) } else { Ok(()) }
    }
}

impl Place {
    fn check(self) -> Checked {
        match self {
            Self::Good => Ok(()),
            Self::Elsewhere => misplaced(
                "where no expression begins",
                "write `name = {{json x}};`, and put texts together in the script",
            ),
            Self::Run => misplaced(
                "where a script would run it, or make it a part of a page",
                "write `name = {{json x}};` first, and use `textContent` for a text",
            ),
        }
    }
}

impl Lexer for Js {
    fn text(&mut self, text: &str) -> Checked {
        // A value is a whole token.
        let joins = |first: char| first.is_alphanumeric() || "_$\"'`\\\u{200c}\u{200d}".contains(first);
        if self.state == State::Code && self.last == Some(VALUE) && text.starts_with(joins) {
            return misplaced("right beside other text", "write a sign or a space between them");
        }
        text.chars().try_for_each(|character| self.character(character))
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> Checked {
        match (self.state, kind) {
            (State::String { escaped: true, .. }, _) => {
                misplaced("after a backslash", "remove the backslash")
            }
            (State::String { quote: '"', place, .. }, ValueKind::Escaped) => {
                value.chars().for_each(|character| self.push_word(character));
                place.check()
            }
            (State::String { .. }, ValueKind::Finished) => {
                misplaced("inside quotes, and brings its own", "remove the quotes around it")
            }
            (State::String { .. }, ValueKind::Escaped) => {
                misplaced("inside single quotes", "put it in double quotes")
            }
            (State::Template { .. }, _) => misplaced("in a template", "write `name = {{json x}};` before it"),
            (State::LineComment | State::BlockComment, _) => {
                misplaced("in a comment", "write it outside the comment")
            }
            (State::Slash | State::Lost, _) => misplaced(
                "after a `/` or a comment of HTML, where it is not known what is a string",
                "write values above everything else: `const data = {{json x}};`",
            ),
            (State::Code, ValueKind::Escaped) if !is_number(value) => {
                misplaced("outside quotes", "write `{{json x}}`, or `\"{{x}}\"`")
            }
            (State::Code, _) => {
                self.place().check()?;
                self.word.clear();
                self.data_ends();
                self.last = Some(VALUE);
                Ok(())
            }
        }
    }

    fn end(&mut self) -> Checked {
        match self.state {
            State::String { .. } => self.invalid("a string has no end"),
            State::Template { .. } => self.invalid("a template has no end"),
            State::BlockComment => self.invalid("a comment has no end"),
            State::Code | State::LineComment if !self.open.is_empty() => self.invalid("a bracket has no end"),
            _ => Ok(()),
        }
    }
}

/// Stands for a value as the last character.
const VALUE: char = '\0';

/// Whether the text is a number or a boolean, which a helper gives.
fn is_number(text: &str) -> bool {
    matches!(text, "true" | "false") || serde_json::from_str::<serde_json::Number>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::landing::testing::{read, refused};

    #[test]
    fn values_are_data() {
        for output in [
            "#!/usr/bin/env node\n// it's «x\nlet a = ‹[1]›;\n".replace("«x", "x").as_str(),
            "export default ‹{\"a\":1}›\n",
            "load(‹[1]›, «2», \"a «b» c\");\nfunction f() { return ‹[]›[0]; }\n",
            "/* it's */ const a = { b: ‹\"c\"›, \"d\": [‹1›, \"«e»\"], href: ‹\"f\"› }; // it's\nx = a ? ‹1› : ‹2›",
            "x = `it's ${ {a: \"}\"} }`; y = ‹[1]›; z = 'a\\'' ; w = y || ‹{}›; f = () => ‹1›",
            "if (a == \"b\" && c !== 'd') e[\"f\"] = ‹1›;",
            "",
        ] {
            assert_eq!(read(&mut Js::new(true), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_elsewhere_are_refused() {
        for (output, place) in [
            ("x = «abc»", "outside quotes"),
            ("x = '«a»'", "inside single quotes"),
            ("x = \"‹\"a\"›\"", "inside quotes"),
            ("x = \"\\«n»\"", "after a backslash"),
            ("x = `«a»`", "in a template"),
            ("x = `${‹1›}`", "where a script would run it"),
            ("// «a»", "in a comment"),
            ("/* «a» */", "in a comment"),
            ("x = a / 2; y = ‹1›", "after a `/`"),
            ("x = /'/; y = ‹1›", "after a `/`"),
            ("<!-- '\nx = ‹1›", "after a `/`"),
            ("‹1›", "where no expression begins"),
            ("\"«use strict»\"", "where no expression begins"),
            ("x = a + ‹1›", "where no expression begins"),
            ("x = \"a\" + \"«b»\"", "where no expression begins"),
            ("x‹1›", "where no expression begins"),
            ("return‹1›", "where no expression begins"),
            ("x = {‹\"a\"›: 1}", "where no expression begins"),
            ("x = ‹1›a", "right beside"),
            ("x = ‹1›\"a\"", "right beside"),
            ("eval(‹\"a\"›)", "where a script would run it"),
            ("eval (\"«a»\")", "where a script would run it"),
            ("eval?.(\"«a»\")", "where a script would run it"),
            ("$(‹\"a\"›)", "where a script would run it"),
            ("x = `\\${`; y = '«a»'", "inside single quotes"),
            ("while (n --> 0) x = ‹1›", "after a `/`"),
            ("new Function(\"a\", [‹\"b\"›])", "where a script would run it"),
            ("window.setTimeout(\"«a»\", 1)", "where a script would run it"),
            ("a.innerHTML = ‹\"a\"›", "where a script would run it"),
            ("a[\"innerHTML\"] = \"<b>«a»\"", "where a script would run it"),
            ("a.innerHTML += \"«a»\"", "where a script would run it"),
            ("x = {__html: ‹\"a\"›}", "where a script would run it"),
            ("location = ‹\"a\"›", "where a script would run it"),
            ("a.href = x ? ‹\"a\"› : ‹\"b\"›", "where a script would run it"),
        ] {
            let found = refused(&mut Js::new(false), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
    }

    #[test]
    fn quotes_and_brackets_have_an_end() {
        for output in ["'a", "\"a\n\"", "`a", "`${a", "/* a", "f(", "[)", "}", "a\\u0062"] {
            assert!(read(&mut Js::new(true), output).is_err(), "{output}");
            assert_eq!(read(&mut Js::new(false), output), Ok(()), "{output}");
        }
    }
}
