//! YAML 1.2 ([YAML](https://yaml.org/spec/1.2.2/)): a value lands in double quotes, or is a whole JSON value.

mod beginning;

use beginning::Beginning;
use memchr::memchr2;

use super::fault::{Checked, invalid, misplaced};
use super::keeping::Keeping;
use super::lexer::{ALL_ALIKE, ClassOf, Lexer, UNLIKE, ValueKind};
use super::runs::ByRuns;
use crate::stops::Stops;

#[derive(Debug)]
pub(super) struct Yaml {
    beginning: Beginning,
    reader: Keeping<Reader>,
}

/// What is known after the lines so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reader {
    validate: bool,
    state: State,
    /// How many brackets of the flow style are open.
    flow: usize,
    /// Whether a scalar here would be the whole document: it goes on at any indent.
    is_root: bool,
    /// The spaces at the start of this line, as far as they are read.
    indent: usize,
    in_indent: bool,
    /// A quoted scalar or a value has just ended, and what it held.
    ended: Option<Content>,
    /// Whether the character before is `-`, `?` or `:`. Only with white space after it, it is an indicator.
    indicator: bool,
    last: Option<char>,
    /// Whether the value in this scalar, or in the one that has just ended, is too long for a key.
    is_long: bool,
    /// The line so far, if it can still be the mark of a document, `---`.
    document: usize,
    /// Whether the line begins with such a mark: a scalar that begins there goes on at any indent.
    after_document: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// `&anchor` or `!tag`, after which a scalar can begin.
    Property,
    /// Where a scalar can begin.
    Start,
    /// A scalar without quotes, in which quotes mean nothing. It goes on in lines with a larger indent.
    Plain {
        indent: Option<usize>,
    },
    Double {
        escaped: bool,
        content: Content,
    },
    Single,
    Comment,
    /// The lines of `|` or `>`, which have a larger indent.
    Block {
        indent: usize,
    },
    /// After `|` or `>`, up to the end of the line.
    BlockHeader {
        indent: usize,
    },
}

/// [YAML, 7.4](https://yaml.org/spec/1.2.2/#example-single-pair-explicit-entry): a parser need not look further.
const LONGEST_KEY: usize = 1024;
/// The quotes around a value.
const QUOTES: usize = 2;

/// The line is not the mark of a document.
const NO_MARK: usize = usize::MAX;

const QUOTED_ENDS: Stops = Stops::at("\"\\\r\n");

/// White space, and what can end a scalar without quotes.
const PLAIN_ENDS: Stops = Stops::at(" #,:[]{}").and_controls().and_beyond_ascii();

/// What a quoted scalar holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Nothing,
    Text,
    Value,
    Both,
}

impl Content {
    fn with(self, other: Self) -> Self {
        if self == Self::Nothing || self == other && other == Self::Text { other } else { Self::Both }
    }
}

impl Yaml {
    pub(super) fn new(validate: bool) -> Self {
        Self { beginning: Beginning::default(), reader: Keeping::new(Reader::new(validate)) }
    }
}

impl Reader {
    pub(super) fn new(validate: bool) -> Self {
        Self {
            validate,
            state: State::Start,
            flow: 0,
            is_root: true,
            indent: 0,
            in_indent: true,
            ended: None,
            indicator: false,
            last: None,
            is_long: false,
            document: 0,
            after_document: false,
        }
    }

    /// The first character of a line that is no space. The indent of the line is known now.
    fn line_begins(&mut self, character: char) {
        match self.state {
            State::Plain { indent: Some(indent) } if self.flow == 0 && self.indent <= indent => {
                self.state = State::Start;
            }
            // A comment ends a plain scalar.
            State::Plain { .. } if character == '#' => self.state = State::Start,
            State::Block { indent } if self.indent <= indent => self.state = State::Start,
            _ => {}
        }
    }

    /// The indent of this line; `None` after the mark of a document, and for all of a document.
    fn line_indent(&self) -> Option<usize> {
        (!self.after_document && !self.is_root).then_some(self.indent)
    }

    fn in_plain(&mut self, character: char, last: Option<char>) {
        let after_space = last.is_none_or(char::is_whitespace);
        match character {
            '#' if after_space => self.state = State::Comment,
            ',' | '[' | ']' | '{' | '}' if self.flow > 0 => {
                self.state = State::Start;
                self.bracket(character);
            }
            _ if last == Some(':') && character.is_whitespace() => {
                self.state = State::Start;
                self.is_root = false;
            }
            _ => {}
        }
    }

    fn at_start(&mut self, character: char, last: Option<char>) -> Checked {
        let ended = self.ended.take();
        if ended == Some(Content::Both) && character == ':' {
            return misplaced(
                "in a key beside other text",
                "join the parts first: `{{quoted (concat \"a \" x)}}`",
            );
        }
        if ended == Some(Content::Value) && character == ':' && self.is_long {
            return misplaced(
                "in a key of more than 1024 characters, which is none in YAML",
                "write `? {{quoted x}}` and `: …` in two lines",
            );
        }
        if std::mem::take(&mut self.indicator) && !character.is_whitespace() {
            self.state = State::Plain { indent: self.line_indent() };
            return Ok(());
        }
        match character {
            '\'' if ended.is_some() && last == Some('\'') => self.state = State::Single,
            '"' if ended.is_none() => {
                self.state = State::Double { escaped: false, content: Content::Nothing };
                self.is_long = false;
            }
            '\'' if ended.is_none() => self.state = State::Single,
            '#' if last.is_none_or(char::is_whitespace) => self.state = State::Comment,
            '|' | '>' if ended.is_none() && self.flow == 0 => {
                self.state = State::BlockHeader { indent: self.indent };
            }
            '[' | ']' | '{' | '}' | ',' => self.bracket(character),
            // In the flow style no space has to follow a quoted key.
            ':' if ended.is_some() => {
                self.indicator = self.flow == 0;
                self.is_root = false;
            }
            '-' | '?' | ':' if last.is_none_or(|last| last.is_whitespace() || "[{,".contains(last)) => {
                self.indicator = true;
                self.is_root = false;
            }
            ' ' | '\t' | '\n' | '\r' => {
                self.ended = ended.filter(|_| !matches!(character, '\n' | '\r') || self.flow > 0);
            }
            '&' | '!' if ended.is_none() => self.state = State::Property,
            _ if ended.is_some() => {
                self.state = State::Plain { indent: self.line_indent() };
                return invalid(self.validate, "text follows a quoted text");
            }
            _ => self.state = State::Plain { indent: self.line_indent() },
        }
        Ok(())
    }

    fn bracket(&mut self, character: char) {
        match character {
            '[' | '{' => self.flow += 1,
            ']' | '}' => {
                self.flow = self.flow.saturating_sub(1);
                self.ended = Some(Content::Text);
            }
            _ => {}
        }
    }
}

impl ByRuns for Reader {
    fn run(&self, rest: &str) -> usize {
        match self.state {
            // What a line begins with can mean more.
            _ if self.in_indent || self.document != NO_MARK => 0,
            State::Double { escaped: false, .. } => QUOTED_ENDS.run(rest),
            State::Plain { .. } => PLAIN_ENDS.run(rest),
            State::Comment | State::Block { .. } | State::BlockHeader { .. } => {
                memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len())
            }
            _ => 0,
        }
    }

    fn pass(&mut self, run: &str) -> Checked {
        self.last = run.chars().next_back();
        if let State::Double { content, .. } = &mut self.state {
            *content = content.with(Content::Text);
        }
        Ok(())
    }

    fn character(&mut self, character: char) -> Checked {
        let last = self.last.replace(character);
        if self.in_indent {
            match character {
                ' ' => self.indent += 1,
                '\n' | '\r' => {}
                _ => {
                    self.in_indent = false;
                    self.line_begins(character);
                }
            }
        }
        let line_ends = matches!(character, '\n' | '\r');
        match (self.document, character) {
            (0..3, '-') if self.indent == 0 => self.document += 1,
            (3, _) if character.is_whitespace() => {
                self.document = NO_MARK;
                self.after_document = true;
                self.is_root = true;
                self.flow = 0;
                self.indicator = false;
                self.state = State::Start;
                self.ended = None;
            }
            _ => self.document = NO_MARK,
        }
        if line_ends {
            self.document = 0;
            self.after_document &= matches!(self.state, State::Plain { indent: None });
            self.indent = 0;
            self.in_indent = true;
        }
        match &mut self.state {
            State::Double { escaped, content } => match (*escaped, character) {
                (false, '"') => {
                    self.ended = Some(*content);
                    self.state = State::Start;
                }
                (false, '\\') => *escaped = true,
                _ => {
                    *escaped = false;
                    *content = content.with(Content::Text);
                }
            },
            State::Single => {
                // `''` is a quote: the scalar ends and begins again.
                if character == '\'' {
                    self.ended = Some(Content::Text);
                    self.state = State::Start;
                }
            }
            State::Comment | State::BlockHeader { .. } if line_ends => {
                self.state = match self.state {
                    State::BlockHeader { indent } => State::Block { indent },
                    _ => State::Start,
                };
            }
            State::Comment | State::BlockHeader { .. } | State::Block { .. } => {}
            State::Plain { .. } => self.in_plain(character, last),
            State::Property if character.is_whitespace() => self.state = State::Start,
            State::Property => {}
            State::Start => self.at_start(character, last)?,
        }
        if self.ended.is_none() && !matches!(self.state, State::Double { .. }) {
            self.is_long = false;
        }
        Ok(())
    }
}

impl Lexer for Reader {
    fn text(&mut self, text: &str) -> Checked {
        self.read(text)
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> Checked {
        if self.in_indent {
            self.in_indent = false;
            self.line_begins('"');
        }
        let last = self.last.replace('"');
        self.is_long = value.len() > LONGEST_KEY - QUOTES && value.chars().count() > LONGEST_KEY - QUOTES;
        let touches = std::mem::take(&mut self.indicator)
            || self.ended.is_some()
            || last.is_some_and(|last| {
                !last.is_whitespace() && !"[{,".contains(last) && (last != ':' || self.flow == 0)
            });
        match (&mut self.state, kind) {
            (State::Double { escaped: true, .. }, _) => {
                misplaced("after a backslash", "remove the backslash")
            }
            (State::Double { content, .. }, ValueKind::Escaped) => {
                *content = content.with(Content::Value);
                Ok(())
            }
            (State::Double { .. } | State::Single, ValueKind::Finished) => {
                misplaced("inside quotes, and brings its own", "remove the quotes around it")
            }
            (State::Single, _) => misplaced("inside single quotes", "put it in double quotes"),
            (State::Comment, _) if !value.contains(['\n', '\r']) => Ok(()),
            (State::Comment, _) => misplaced("in a comment", "write it outside the comment"),
            (State::Block { .. } | State::BlockHeader { .. }, _) => {
                misplaced("in lines after `|` or `>`", "write `key: {{json x}}`")
            }
            (State::Start, kind) if !touches && (kind == ValueKind::Finished || is_number(value)) => {
                self.ended = Some(Content::Value);
                Ok(())
            }
            _ => misplaced("outside double quotes", "write `\"{{x}}\"`, or `{{json x}}` for a whole value"),
        }
    }

    fn classes(&self, kind: ValueKind) -> ClassOf {
        match (self.state, kind) {
            (State::Double { .. }, ValueKind::Escaped) | (State::Start, ValueKind::Finished) => ALL_ALIKE,
            _ => UNLIKE,
        }
    }

    fn end(&mut self) -> Checked {
        match self.state {
            State::Double { .. } | State::Single => invalid(self.validate, "a quote has no end"),
            _ if self.flow > 0 => invalid(self.validate, "a bracket has no end"),
            _ => Ok(()),
        }
    }
}

impl Reader {
    /// Whether the text so far could be a whole document.
    fn could_end(&self) -> bool {
        self.in_indent && self.flow == 0 && !matches!(self.state, State::Double { .. } | State::Single)
    }
}

impl Lexer for Yaml {
    fn text(&mut self, text: &str) -> Checked {
        if self.beginning.is_complete() {
            return self.reader.text(text);
        }
        for line in text.split_inclusive('\n') {
            self.beginning.push(line);
            self.reader.text(line)?;
            if self.reader.lexer().could_end() {
                self.beginning.could_end();
            }
        }
        Ok(())
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> Checked {
        self.beginning.push(value);
        self.reader.value(value, kind)
    }

    fn classes(&self, kind: ValueKind) -> ClassOf {
        self.reader.classes(kind)
    }

    fn end(&mut self) -> Checked {
        self.reader.end()?;
        if self.reader.lexer().validate { self.beginning.check() } else { Ok(()) }
    }

    /// Not in the beginning, of which each text and value counts.
    fn keep(&mut self) -> Option<usize> {
        if self.beginning.is_complete() { self.reader.keep() } else { None }
    }

    fn is_in(&self, state: usize) -> bool {
        self.reader.is_in(state)
    }

    fn go_to(&mut self, state: usize) {
        self.reader.go_to(state);
    }
}

/// Whether the text is a boolean, or a decimal number as all versions of YAML read it: in YAML 1.1, `010` is 8.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(text, "true" | "false")
        || are_digits(whole) && are_digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::fault::Fault;
    use crate::landing::testing::{read, refused};

    #[test]
    fn values_land_in_double_quotes() {
        for output in [
            "{\"a\":‹[1]›, \"b\":\"«x»\"}\n",
            "- a: \"«x»\" # it's\n  b: ‹{\"c\":[1]}›\n  \"«k»\": \"a «x» «y»\"\n  n: «12»\n  t: «true»\n",
            "a: [\"«x»\", ‹\"y\"›, {b: \"«z»\"}]\nc: don't\nd: 'it''s'\ne: \"«x»\"\n",
            "a: |\n  it's \"\n\n  x\nb: \"«x»\"\n",
            "a: plain text\n# c\nb: \"«x»\"\nc:\n- \"«y»\"\n- - \"«z»\"\n",
            "? \"«x»\"\n: ‹[1]›\n--- \n\"«x»\"\n",
            "--- \"«x»\"\n---\na: &x \"«y»\" # by «z»\nb: !!str \"«y»\"\n--- ‹[1]›\n",
            "[\n]\n",
            "a: &x !!str \"b\"\n",
        ] {
            assert_eq!(read(&mut Yaml::new(true), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_elsewhere_are_refused() {
        for (output, place) in [
            ("a: «x»\n", "outside double quotes"),
            ("a: x«1»\n", "outside double quotes"),
            ("a: «010»\n", "outside double quotes"),
            ("a: «-»\n", "outside double quotes"),
            ("a: «1.2.3»\n", "outside double quotes"),
            ("a: it is \"«x»\"\n", "outside double quotes"),
            ("a: it\n  \"«x»\"\n", "outside double quotes"),
            (" it\n\"«x»\"\n", "outside double quotes"),
            ("a: [b\n\"«x»\"]\n", "outside double quotes"),
            ("a:\"«x»\"\n", "outside double quotes"),
            ("-\"«x»\"\n", "outside double quotes"),
            ("a: 'x' «1»\n", "outside double quotes"),
            ("a: '«x»'\n", "inside single quotes"),
            ("a: \"‹\"x\"›\"\n", "inside quotes"),
            ("a: \"\\«n»\"\n", "after a backslash"),
            ("a: 1 # «x\ny»\n", "in a comment"),
            ("--- x\n\"«y»\"\n", "outside double quotes"),
            ("a: |\n  «x»\n", "in lines after `|`"),
            ("a: >-\n\n  x\n  «x»\n", "in lines after `|`"),
            ("\"the «x»\": 1\n", "in a key"),
        ] {
            let found = refused(&mut Yaml::new(true), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
    }

    #[test]
    fn lines_belong_together() {
        for output in [
            "a: b: c\n",
            "a: 1\n  b: 2\n",
            "- a\nb: 1\n",
            "a:\n\t- b\n",
            "a: [1 2]: 3\n",
            "a: *unknown\n",
            "a: @b\n",
            "- \"«x»\"\n -\"y\"\n",
        ] {
            assert!(matches!(read(&mut Yaml::new(true), output), Err(Fault::InvalidAt { .. })), "{output}");
            assert_eq!(read(&mut Yaml::new(false), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn quotes_and_brackets_have_an_end() {
        for output in ["a: \"b", "a: 'b", "a: [b", "\"a\" b: 1"] {
            assert!(read(&mut Yaml::new(true), output).is_err(), "{output}");
            assert_eq!(read(&mut Yaml::new(false), output), Ok(()), "{output}");
        }
    }
}
