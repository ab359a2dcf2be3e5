//! How two values compare: the helpers whose result is true or false, and the operators of `where`.

use std::cmp::Ordering;

use super::call::{CallError, shown, wrong};
use super::pattern;
use super::value::{order, same, text};
use crate::value::Value;

/// A comparison of two values, by the name of its helper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Eq,
    Ne,
    Lt,
    Lte,
    Gt,
    Gte,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
}

impl Comparison {
    /// Every comparison, with the names it has as an operator.
    pub(super) const OPERATORS: [(&'static str, Option<&'static str>, Self); 10] = [
        ("eq", Some("=="), Self::Eq),
        ("ne", Some("!="), Self::Ne),
        ("lt", Some("<"), Self::Lt),
        ("lte", Some("<="), Self::Lte),
        ("gt", Some(">"), Self::Gt),
        ("gte", Some(">="), Self::Gte),
        ("contains", None, Self::Contains),
        ("starts_with", None, Self::StartsWith),
        ("ends_with", None, Self::EndsWith),
        ("matches", None, Self::Matches),
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        let found = Self::OPERATORS.iter().find(|(word, sign, _)| *word == name || *sign == Some(name));
        found.map(|(_, _, comparison)| *comparison)
    }

    /// What is hidden can only be compared with null, which asks whether there is something.
    pub(super) fn holds(self, one: &Value, other: &Value) -> Result<bool, CallError> {
        if matches!(self, Self::Eq | Self::Ne) && (one.is_null() || other.is_null()) {
            return Ok((one.is_null_in_json() && other.is_null_in_json()) == (self == Self::Eq));
        }
        let (one, other) = (shown(one)?, shown(other)?);
        match self {
            Self::Eq => Ok(same(one, other)),
            Self::Ne => Ok(!same(one, other)),
            Self::Lt => ordered(one, other, Ordering::is_lt),
            Self::Lte => ordered(one, other, Ordering::is_le),
            Self::Gt => ordered(one, other, Ordering::is_gt),
            Self::Gte => ordered(one, other, Ordering::is_ge),
            Self::Contains => contains(one, other),
            Self::StartsWith => texts(one, other, |text, start| Ok(text.starts_with(start))),
            Self::EndsWith => texts(one, other, |text, end| Ok(text.ends_with(end))),
            Self::Matches => texts(one, other, pattern::is_match),
        }
    }
}

/// Null comes neither before nor after anything, so no such comparison with it holds.
fn ordered(one: &Value, other: &Value, holds: fn(Ordering) -> bool) -> Result<bool, CallError> {
    match order(one, other) {
        Some(order) => Ok(holds(order)),
        None if one.is_null() || other.is_null() => Ok(false),
        None => wrong(format!("{} and {} have no order", one.type_name(), other.type_name())),
    }
}

/// Whether a list contains the value, a text the other text, or an object the key.
fn contains(whole: &Value, part: &Value) -> Result<bool, CallError> {
    match (whole, text(part)) {
        (Value::List(list), _) => Ok(list.iter().any(|value| same(value, part))),
        // Each text contains the empty one, but what is not there is no text.
        (Value::Text(_), _) if part.is_null() => Ok(false),
        (Value::Text(whole), Some(part)) => Ok(whole.contains(&*part)),
        (Value::Object(object), Some(key)) => Ok(object.get(&key).is_some()),
        (Value::Null, _) => Ok(false),
        (other, _) => wrong(format!("{} can't contain {}", other.type_name(), part.type_name())),
    }
}

/// A question about two texts. Null has no text, so the answer is no.
fn texts(
    one: &Value,
    other: &Value,
    holds: impl Fn(&str, &str) -> Result<bool, CallError>,
) -> Result<bool, CallError> {
    match (text(one), text(other)) {
        _ if one.is_null() || other.is_null() => Ok(false),
        (Some(one), Some(other)) => holds(&one, &other),
        (None, _) => wrong(format!("{} is not a text", one.type_name())),
        (_, None) => wrong(format!("{} is not a text", other.type_name())),
    }
}
