//! Texts, numbers and words such as `true`.

use std::fmt;

use serde_json::Number;

use super::mistake::Mistake;
use super::tree::Literal;
use super::words::{Word, WordKind};

/// The literal that a word is, if it is one.
pub(super) fn literal(word: &Word<'_>) -> Result<Option<Literal>, Mistake> {
    Ok(Some(match &word.kind {
        WordKind::Text(text) => Literal::Text(text.clone()),
        WordKind::Number(digits) => match number(digits) {
            Some(number) => Literal::Number(number),
            None => return Err(Mistake::new(word.span.clone(), "this number is too large")),
        },
        WordKind::Name("true") => Literal::Bool(true),
        WordKind::Name("false") => Literal::Bool(false),
        WordKind::Name("null") => Literal::Null,
        WordKind::Name("undefined") => Literal::Undefined,
        _ => return Ok(None),
    }))
}

fn number(digits: &str) -> Option<Number> {
    let whole = digits.parse::<i64>().map(Number::from).or_else(|_| digits.parse::<u64>().map(Number::from));
    whole.ok().or_else(|| Number::from_f64(digits.parse().ok()?))
}

/// As a name.
impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Undefined => f.write_str("undefined"),
            Self::Bool(flag) => flag.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}
