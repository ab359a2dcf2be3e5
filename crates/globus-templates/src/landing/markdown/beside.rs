//! Delimiters beside a value: what stands on both sides of `*`, `_` or `~` decides whether they are markup
//! ([CommonMark, 6.2](https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run)).
//!
//! Between white space or punctuation and a value they are the same markup for each value. Between a letter, or another
//! value, and a value they are not: `a*{{x}}*` has emphasis if the value begins with a letter.

use crate::landing::fault::{Checked, misplaced};
use crate::landing::lexer::ClassOf;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Beside {
    /// What stands right before.
    last: Side,
    /// What stands before the delimiters, if some stand right before.
    before_delimiters: Option<Side>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Side {
    /// White space, punctuation, or the start of a line.
    #[default]
    Open,
    Letter,
    Value {
        is_letter: bool,
    },
}

impl Beside {
    /// Text of the template, which is not empty.
    pub(super) fn text(&mut self, text: &str) -> Checked {
        let rest = text.trim_start_matches(is_delimiter);
        if rest.len() < text.len() {
            self.before_delimiters.get_or_insert(self.last);
        }
        let Some(first) = rest.chars().next() else { return Ok(()) };
        self.other(first)?;
        let inner = rest.trim_end_matches(is_delimiter);
        self.last = Side::of(inner.chars().next_back());
        self.before_delimiters = (inner.len() < rest.len()).then_some(self.last);
        Ok(())
    }

    /// A character that is no delimiter here.
    pub(super) fn other(&mut self, character: char) -> Checked {
        self.goes_on(Side::of(Some(character)))
    }

    /// A value as it is written, which is not empty.
    pub(super) fn value(&mut self, value: &str) -> Checked {
        let (first, last) = ends(value);
        self.goes_on(Side::Value { is_letter: first })?;
        self.last = Side::Value { is_letter: last };
        Ok(())
    }

    fn goes_on(&mut self, side: Side) -> Checked {
        let before = self.before_delimiters.take();
        self.last = side;
        match (before, side) {
            (Some(Side::Value { is_letter: false }), Side::Letter | Side::Value { .. })
            | (Some(Side::Letter | Side::Value { .. }), Side::Value { is_letter: false }) => misplaced(
                "right beside `*`, `_` or `~`, and decides whether that is markup",
                "write a space or a backslash before the `*`, `_` or `~`",
            ),
            _ => Ok(()),
        }
    }
}

/// Whether a value begins with a letter, and whether it ends with one.
fn ends(value: &str) -> (bool, bool) {
    let is_letter = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    (is_letter(value.chars().next()), is_letter(value.chars().next_back()))
}

/// Values of a class are the same to what stands beside them.
pub(super) const CLASS_OF: ClassOf = |value| {
    let (first, last) = ends(value);
    Some(2 * usize::from(first) + usize::from(last))
};

fn is_delimiter(character: char) -> bool {
    matches!(character, '*' | '_' | '~')
}

impl Side {
    fn of(character: Option<char>) -> Self {
        if character.is_some_and(char::is_alphanumeric) { Self::Letter } else { Self::Open }
    }
}
