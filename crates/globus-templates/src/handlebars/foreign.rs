//! What is right in another template language, or in a programming language, and what to write instead.

use super::mistake::Mistake;
use super::tree::Span;
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
        WordKind::Name("as") => {
            mistake("only a block can name values".to_owned()).help("write `{{#each list as |item|}}`")
        }
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

/// A word without a blank before it, behind a value.
pub(super) fn glued(text: &str, value: Span, word: &Word<'_>) -> Mistake {
    let written = |span: &Span| text.get(span.clone()).unwrap_or_default().to_owned();
    let (before, name) = (written(&value), written(&word.span));
    let mistake = |message: String| Mistake::new(value.start..word.span.end, message);
    match &word.kind {
        WordKind::Bracketed(index) => {
            mistake("`[` has to follow a dot".to_owned()).help(format!("write `{before}.[{index}]`"))
        }
        WordKind::Open => mistake("a helper is not called this way".to_owned())
            .help(format!("write `{{{{{before} ARGUMENT}}}}` or `({before} ARGUMENT)`")),
        WordKind::Equals => unexpected(word),
        _ => mistake(format!("a blank is missing before `{name}`")),
    }
}
