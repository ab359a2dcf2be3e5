//! What is right in another template language, or in a programming language, and what to write instead.

use super::mistake::Mistake;
use super::words::{Word, WordKind};

/// A word that cannot stand where it does.
pub(super) fn unexpected(word: &Word<'_>) -> Mistake {
    let mistake = |message: String| Mistake::new(word.span.clone(), message);
    match &word.kind {
        WordKind::Bar => mistake("there are no filters behind `|`".to_owned())
            .help("write a helper first, as in `{{upper name}}`"),
        WordKind::Operator("]") => mistake("`]` closes no `[`".to_owned()),
        WordKind::Operator(operator) => no_operator(word, operator),
        WordKind::Equals => no_operator(word, "="),
        WordKind::Close => mistake("`)` closes no `(`".to_owned()),
        WordKind::Slash => mistake("`/` stands behind no name".to_owned()),
        _ => mistake("this cannot stand here".to_owned()),
    }
}

fn no_operator(word: &Word<'_>, operator: &str) -> Mistake {
    Mistake::new(word.span.clone(), format!("there is no operator `{operator}`"))
        .help("write a helper, such as `(eq a b)`, `(and a b)` or `(add a b)`")
}

pub(super) fn argument_behind_option(word: &Word<'_>) -> Mistake {
    Mistake::new(word.span.clone(), "this argument stands behind a `name=value`")
        .help("write arguments first, then each `name=value`")
}

/// A word without a blank before it, behind a value that starts at this byte.
pub(super) fn glued(start: usize, word: &Word<'_>) -> Mistake {
    let mistake = |message: &str| Mistake::new(start..word.span.end, message);
    match &word.kind {
        WordKind::Bracketed(index) => mistake("`[` has to follow a dot").help(format!("write `.[{index}]`")),
        WordKind::Open => {
            mistake("a helper is not called this way").help("write `{{helper a b}}` or `(helper a b)`")
        }
        WordKind::Equals => unexpected(word),
        _ => mistake("a blank is missing here"),
    }
}
