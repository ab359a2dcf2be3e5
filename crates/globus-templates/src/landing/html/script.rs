//! JavaScript, as far as it takes to know that a JSON value stands outside of strings, comments and regular expressions.

use super::evaluated::Evaluated;

/// A script so far. It is conservative: whether a `/` divides or begins a regular expression it does not know, so it takes
/// no value behind one.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Script {
    state: State,
    /// The character before.
    last: Option<char>,
    /// How many `-` have just been read.
    dashes: usize,
    /// Whether `<!--` occurred.
    html_comment: bool,
    /// How much of `<!--` has just been read.
    opening: usize,
    evaluated: Evaluated,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Code,
    /// After `/`, which may begin a comment.
    Slash,
    /// A string, with its quote.
    String(char),
    /// After a backslash in a string.
    Escaped(char),
    Template,
    EscapedInTemplate,
    LineComment,
    BlockComment,
    /// Until the end of the script.
    Lost,
}

const HTML_COMMENT: [char; 4] = ['<', '!', '-', '-'];

impl Script {
    pub(super) fn character(&mut self, character: char) {
        self.opening = match HTML_COMMENT.get(self.opening) {
            Some(expected) if *expected == character => self.opening + 1,
            _ => usize::from(character == '<'),
        };
        self.html_comment |= self.opening == HTML_COMMENT.len();
        let dashes = std::mem::take(&mut self.dashes);
        self.dashes = if character == '-' { dashes + 1 } else { 0 };
        let is_line_end = matches!(character, '\n' | '\r' | '\u{2028}' | '\u{2029}');
        let before = self.state;
        self.state = match (before, character) {
            (State::Code, '/') => State::Slash,
            (State::Code, '"' | '\'') => State::String(character),
            (State::Code, '`') | (State::EscapedInTemplate, _) => State::Template,
            // At the start of a line, `-->` begins a comment. An escape can write a name in another way.
            (State::Code, '>') if dashes > 1 => State::Lost,
            (State::Code, '\\') => State::Lost,
            (State::Slash, '/') => State::LineComment,
            (State::Slash, '*') => State::BlockComment,
            (State::Slash, _) => State::Lost,
            (State::String(quote), '\\') => State::Escaped(quote),
            (State::String(quote), _) if quote == character => State::Code,
            // Whether a string ends here depends on the browser, and on the character.
            (State::String(_) | State::Escaped(_), _) if is_line_end => State::Lost,
            (State::Escaped(quote), _) => State::String(quote),
            (State::Template, '`') => State::Code,
            (State::Template, '\\') => State::EscapedInTemplate,
            (State::Template, '{') if self.last == Some('$') => State::Lost,
            (State::BlockComment, '/') if self.last == Some('*') => State::Code,
            (State::LineComment, _) if is_line_end => State::Code,
            (state, _) => state,
        };
        match (before, self.state) {
            (State::Code, State::Code) => self.evaluated.code(character),
            (State::Code, State::String(_) | State::Template) => self.evaluated.data_begins(),
            (State::String(_), State::String(_)) => self.evaluated.push(character),
            _ => {}
        }
        self.last = Some(character);
    }

    /// Whether a JSON value may stand here.
    pub(super) fn takes_value(&self) -> bool {
        let touches =
            |last: char| last.is_alphanumeric() || matches!(last, '_' | '$' | '"' | '\'' | '`' | '\\');
        self.state == State::Code && !self.last.is_some_and(touches)
    }

    /// Whether a value here would be run, or become a part of a page.
    pub(super) fn evaluates(&self) -> bool {
        self.evaluated.takes_all()
    }

    /// Whether it is not known where strings end.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self.state, State::Slash | State::Lost)
    }

    pub(super) fn value(&mut self) {
        self.last = Some('"');
        self.evaluated.data_begins();
        self.opening = 0;
    }

    pub(super) fn has_html_comment(&self) -> bool {
        self.html_comment
    }
}
