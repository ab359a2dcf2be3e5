//! JavaScript: a value is a whole JSON value where an expression begins, or a part of such a string in double quotes.
//!
//! Where a regular expression begins is not known, so no value is taken after a `/` that begins no comment.

pub(super) mod known;

use known::{FUNCTIONS, KEYWORDS, MEMBERS, PROPERTIES, VARIABLES};

use super::fault::{Checked, invalid, misplaced};
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
    /// The last word with the names before it, such as `JSON.parse`.
    path: String,
    /// Whether the last word follows `const`, `let` or `var`.
    is_declared: bool,
    /// If what is assigned here is run, or becomes a part of a page: how many brackets were open before.
    runs: Option<usize>,
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
    /// An argument of a function that could do so.
    Argument,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Round,
    Square,
    Curly,
    /// `${` in a template.
    Template,
    /// `(` of a function that could run what it is given.
    Call,
    /// `{` of a function, or of another block after `)`.
    Body,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Word,
    /// A string or a value.
    Data,
    /// The last two signs.
    Signs(char, char),
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
            path: String::new(),
            is_declared: false,
            runs: None,
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
                    self.word_begins();
                }
                self.push_word(character);
                if self.path.len() < LONGEST {
                    self.path.push(character);
                }
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
            '(' => self.open.push(if self.calls_unknown() { Bracket::Call } else { Bracket::Round }),
            '[' => self.open.push(Bracket::Square),
            '{' if matches!(self.before, Before::Signs(_, ')') | Before::Signs('=', '>')) => {
                self.open.push(Bracket::Body);
            }
            '{' => self.open.push(Bracket::Curly),
            ')' | ']' | '}' => match (self.open.pop(), sign) {
                (Some(Bracket::Round | Bracket::Call), ')')
                | (Some(Bracket::Square), ']')
                | (Some(Bracket::Curly | Bracket::Body), '}') => {}
                (Some(Bracket::Template), '}') => {
                    self.state = State::Template { escaped: false };
                    return Ok(());
                }
                (None, _) => return self.lost("a bracket closes what was not opened"),
                _ => return self.lost("the brackets do not match"),
            },
            _ => {}
        }
        self.assigns(sign, before);
        self.before = Before::Signs(before, sign);
        Ok(())
    }

    /// Follows what the next expression is assigned to.
    fn assigns(&mut self, sign: char, before: char) {
        let depth = self.open.len();
        let word = self.word.as_str();
        let is_property = PROPERTIES.contains(&word);
        let is_member = self.path.contains('.') && MEMBERS.contains(&word);
        match sign {
            '=' if matches!(before, '=' | '!' | '<' | '>') => {}
            '=' if is_property || is_member || VARIABLES.contains(&word) => {
                self.runs.get_or_insert(depth);
            }
            ':' if is_property => {
                self.runs.get_or_insert(depth);
            }
            // A declaration begins a statement, also where no `;` ended the one before.
            '=' if self.is_declared => self.runs = self.runs.filter(|outer| *outer < depth),
            // In brackets these do not end what was begun outside of them.
            ';' | ',' => self.runs = self.runs.filter(|outer| *outer < depth),
            ')' | ']' | '}' => self.runs = self.runs.filter(|outer| *outer <= depth),
            _ => {}
        }
    }

    /// Whether a `(` here calls a function that is not known to be harmless.
    fn calls_unknown(&self) -> bool {
        match self.before {
            Before::Word => {
                let path = self.path.as_str();
                !FUNCTIONS.contains(&path) && !KEYWORDS.contains(&path)
            }
            Before::Data | Before::Signs(_, ')' | ']' | '}' | '.') => true,
            Before::Signs(..) => false,
        }
    }

    fn word_begins(&mut self) {
        let follows = |word: &&str| self.before == Before::Word && self.word == **word;
        self.is_declared = ["const", "let", "var"].iter().any(follows);
        self.word.clear();
        match self.before {
            // After a word, or after data.
            Before::Signs(' ', '.') => self.path.push('.'),
            Before::Signs(_, '.') => "?.".clone_into(&mut self.path),
            _ => self.path.clear(),
        }
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
        "?".clone_into(&mut self.path);
    }

    /// Whether an expression that begins here may be a value.
    fn place(&self) -> Place {
        let is_return = self.before == Before::Word && self.word == "return";
        if self.runs.is_some() {
            return Place::Run;
        }
        for bracket in self.open.iter().rev() {
            match bracket {
                Bracket::Template => return Place::Run,
                Bracket::Call => return Place::Argument,
                // The statements in it do not hand their values to a function outside.
                Bracket::Body if !is_return => break,
                _ => {}
            }
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
        invalid(self.validate, why)
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
            Self::Argument => misplaced(
                "as an argument of a function that could run it",
                "write `name = {{json x}};` first, and hand that over",
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
            (State::String { .. }, ValueKind::Finished | ValueKind::Quoted) => {
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
            State::String { .. } => invalid(self.validate, "a string has no end"),
            State::Template { .. } => invalid(self.validate, "a template has no end"),
            State::BlockComment => invalid(self.validate, "a comment has no end"),
            State::Code | State::LineComment if !self.open.is_empty() => {
                invalid(self.validate, "a bracket has no end")
            }
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
    use crate::landing::testing::{read, refused};

    #[test]
    fn values_are_data() {
        for output in [
            "#!/usr/bin/env node\n// it's «x\nlet a = ‹[1]›;\n".replace("«x", "x").as_str(),
            "export default ‹{\"a\":1}›\n",
            "x = JSON.parse(\"«1»\"); x = new Map(‹[]›); console.log(‹[1]›, «2», \"a «b» c\");\nfunction f() { return ‹[]›[0]; }\n",
            "on(\"load\", () => { const a = ‹1›; b = [‹2›]; });\ndata = ‹1›; x.href = \"a\"\nconst y = ‹1›; if (x) y = (‹2›)",
            "x.innerHTML = (1, 2); y = ‹1›; z = {__html: 1, a: ‹2›}; if (x.href = 1) y = ‹2›",
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
            ("eval(‹\"a\"›)", "as an argument"),
            ("eval (\"«a»\")", "as an argument"),
            ("eval?.(\"«a»\")", "as an argument"),
            ("$(‹\"a\"›)", "as an argument"),
            ("x = `\\${`; y = '«a»'", "inside single quotes"),
            ("while (n --> 0) x = ‹1›", "after a `/`"),
            ("new Function(\"a\", [‹\"b\"›])", "as an argument"),
            ("window.setTimeout(\"«a»\", 1)", "as an argument"),
            ("a.innerHTML = ‹\"a\"›", "where a script would run it"),
            ("a[\"innerHTML\"] = \"<b>«a»\"", "where a script would run it"),
            ("a.innerHTML += \"«a»\"", "where a script would run it"),
            ("x = {__html: ‹\"a\"›}", "where a script would run it"),
            ("location = ‹\"a\"›", "where a script would run it"),
            ("location = (0, ‹\"a\"›)", "where a script would run it"),
            ("location = x ? 1 : ‹\"a\"›", "where a script would run it"),
            ("location = b = ‹\"a\"›", "where a script would run it"),
            ("location = {b: ‹\"a\"›}.b", "where a script would run it"),
            ("s.textContent = ‹\"a\"›", "where a script would run it"),
            ("s.data = ‹\"a\"›", "where a script would run it"),
            ("show(‹1›)", "as an argument"),
            ("eval.call(0, ‹\"a\"›)", "as an argument"),
            ("(0, eval)(‹\"a\"›)", "as an argument"),
            ("[eval][0](‹\"a\"›)", "as an argument"),
            ("x.JSON.parse(‹1›)", "as an argument"),
            ("f().Map(‹1›)", "as an argument"),
            ("\"a\".Map(‹1›)", "as an argument"),
            ("eval(String(‹1›))", "as an argument"),
            ("eval((() => { return ‹1›; })())", "as an argument"),
            ("eval([\"a\", {b: ‹1›}])", "as an argument"),
            ("x.if(‹1›)", "as an argument"),
            ("function (a) {}(‹1›)", "as an argument"),
            ("new Foo(‹1›)", "as an argument"),
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
