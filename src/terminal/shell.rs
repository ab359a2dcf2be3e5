//! Text that a person copies into a shell.

/// The text as one word of a command line.
#[must_use]
pub fn shell_word(text: &str) -> String {
    // Only NUL can't be quoted, and no argument of a command holds one.
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}
