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
    /// A text in quotes for an attribute of HTML. In a script its escapes mean nothing.
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

    /// Whether each value of this kind that is not long does the same here, and is written as it is. It need not say so
    /// where it is refused.
    fn takes_all_alike(&self, _kind: ValueKind) -> bool {
        false
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

    /// The output is complete.
    fn end(&mut self) -> Checked;
}

/// Without its state: as a part of the trait, it would bring what prints the state of every lexer into the program.
impl fmt::Debug for dyn Lexer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lexer")
    }
}
