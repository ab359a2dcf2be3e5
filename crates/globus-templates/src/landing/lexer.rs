//! What a lexer of a format does.

use std::fmt;

use super::fault::Checked;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Escaped for the places that its format allows.
    Escaped,
    /// A finished piece of the format, such as a whole JSON value.
    Finished,
    /// A text in quotes: one field of CSV, or one for an attribute of HTML, whose escapes mean nothing in a script.
    Quoted,
}

/// Reads the output as it is written, the text of the template and the values in it.
///
/// A lexer is conservative: what it does not know to be safe it refuses.
pub(super) trait Lexer {
    /// Text of the template, or a value that the template writes raw.
    fn text(&mut self, text: &str) -> Checked;

    /// A value from outside, as it is written. It is never empty.
    fn value(&mut self, value: &str, kind: ValueKind) -> Checked;

    /// Which values of this kind do the same here.
    fn classes(&self, _kind: ValueKind) -> ClassOf {
        UNLIKE
    }

    /// A value of the author, escaped. It is never empty. `None` if it is read as text.
    fn author(&mut self, _value: &str) -> Option<Checked> {
        None
    }

    /// An empty value from outside, which can't be misplaced.
    fn empty_value(&mut self) {}

    /// What has to be written before the next text, or before the end, so that a reader finds the values so far.
    fn owed(&self, _next: Option<char>) -> &'static str {
        ""
    }

    /// How the last value is written, in a format in which that depends on where it stands.
    fn written(&mut self) -> Option<String> {
        None
    }

    /// How many bytes of values the present state holds.
    fn held(&self) -> usize {
        0
    }

    /// The output is complete.
    fn end(&mut self) -> Checked;

    /// Keeps the present state. Gives its number: the states that are kept are numbered from 0, and equal ones are the
    /// same. `None` if it can't be kept.
    fn keep(&mut self) -> Option<usize> {
        None
    }

    /// Whether the lexer is in this state, which it has kept.
    fn is_in(&self, _state: usize) -> bool {
        false
    }

    /// Goes to this state, which it has kept.
    fn go_to(&mut self, _state: usize) {}
}

/// The class of a value that is not long. If one value of a class is not refused, all of them bring the lexer to the same
/// state, and are written as they are. There are [`CLASSES`]. `None` if nothing is known of the value.
pub(super) type ClassOf = fn(&str) -> Option<usize>;

/// Classes are numbers below this one.
pub(super) const CLASSES: usize = 4;

/// All values do the same.
pub(super) const ALL_ALIKE: ClassOf = |_| Some(0);

/// Nothing is known of any value.
pub(super) const UNLIKE: ClassOf = |_| None;

/// Without its state: as a part of the trait, it would bring what prints the state of every lexer into the program.
impl fmt::Debug for dyn Lexer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lexer")
    }
}
