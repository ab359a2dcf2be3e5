//! Text, equality and order of values, the same for every helper.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Number;

use crate::value::Value;
pub use crate::value::member;
pub(super) use crate::value::{any_order, inside, text_order};

/// The text of a value that is not a list or an object, nor hidden; empty for null.
#[must_use]
pub fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Null => Some("".into()),
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Bool(flag) => Some(if *flag { "true" } else { "false" }.into()),
        Value::Number(number) => Some(shown(number).into()),
        Value::List(_) | Value::Object(_) | Value::Hidden(_) => None,
    }
}

/// A number as JavaScript shows it, but whole ones with all their digits.
fn shown(number: &Number) -> String {
    match number.as_f64().filter(|_| number.is_f64()) {
        None => number.to_string(),
        Some(0.0) => "0".to_owned(),
        Some(float) if (1e-6..1e21).contains(&float.abs()) => float.to_string(),
        Some(float) => match format!("{float:e}").split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
            _ => format!("{float:e}"),
        },
    }
}

/// Whether a value counts as true: null, 0, empty texts, empty lists and what is hidden do not, and objects always do.
pub(crate) fn is_true(value: &Value) -> bool {
    match value {
        Value::Null | Value::Hidden(_) => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::Text(text) => !text.is_empty(),
        Value::List(list) => !list.is_empty(),
        Value::Object(_) => true,
    }
}

/// Whether two values are equal. `1` and `1.0` are the same number.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => numbers(one, other) == Some(Ordering::Equal),
        _ => one == other,
    }
}

/// The order of two numbers or two texts; `None` for anything else.
pub(super) fn order(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => numbers(one, other),
        (Value::Text(one), Value::Text(other)) => Some(text_order(one, other)),
        _ => None,
    }
}

fn numbers(one: &Number, other: &Number) -> Option<Ordering> {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

/// Like [`text_order`], but `2` comes before `10`.
pub(super) fn natural_order(one: &str, other: &str) -> Ordering {
    Tokens(one).cmp(Tokens(other)).then_with(|| text_order(one, other))
}

/// A text as numbers and the characters between them.
struct Tokens<'t>(&'t str);

impl<'t> Iterator for Tokens<'t> {
    /// A character in lower case; or `0`, how many digits a number has without zeros at its start, and these digits.
    type Item = (char, usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.0.chars().next()?;
        if !first.is_ascii_digit() {
            self.0 = &self.0[first.len_utf8()..];
            // The few letters that are two in lower case are told apart by their first one, and by `text_order`.
            return Some((first.to_lowercase().next().unwrap_or(first), 0, ""));
        }
        let end = self.0.find(|character: char| !character.is_ascii_digit()).unwrap_or(self.0.len());
        let (number, rest) = self.0.split_at(end);
        self.0 = rest;
        let digits = number.trim_start_matches('0');
        Some(('0', digits.len(), digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! json {
        ($($json:tt)+) => { Value::from(serde_json::json!($($json)+)) };
    }

    #[test]
    fn one_number_is_equal_however_it_is_written() {
        assert!(same(&json!(1), &json!(1.0)) && !same(&json!(1), &json!("1")));
    }

    #[test]
    fn natural_order_is_total() {
        let sorted = ["", "007", "7a", "10", "a", "a 1", "A2", "a2", "a10", "b"];
        for (index, one) in sorted.iter().enumerate() {
            for (other_index, other) in sorted.iter().enumerate() {
                assert_eq!(natural_order(one, other), index.cmp(&other_index), "{one} {other}");
            }
        }
    }
}
