//! Helpers that calculate. Whole numbers stay exact: a result that is too large is an error, not an approximation.

use std::cmp::Ordering;

use serde_json::Number;

use super::call::{Call, CallError, lacking, shown, wrong};
use super::function::{Function, HelperFn, MANY, function};
use super::value::{inside, order};
use crate::value::Value;
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[
    arithmetic("add", "{{add A B...}}", (2, MANY), add).elsewhere("plus"),
    arithmetic("div", "{{div A B}}", (2, 2), div).elsewhere("divide divided_by divideBy divf"),
    arithmetic("mod", "{{mod A B}}", (2, 2), modulo).elsewhere("modulo rem remainder"),
    arithmetic("mul", "{{mul A B...}}", (2, MANY), mul).elsewhere("times multiply product"),
    arithmetic("round", "{{round NUMBER DIGITS}}", (1, 2), round).elsewhere("toFixed"),
    arithmetic("sub", "{{sub A B}}", (2, 2), sub).elsewhere("minus subtract difference"),
    arithmetic("sum", "{{sum LIST KEY}}", (1, 2), sum).elsewhere("total"),
    function("max", "{{max LIST KEY}}, or {{max A B...}}", (1, MANY), max).elsewhere("maximum at_least"),
    function("min", "{{min LIST KEY}}, or {{min A B...}}", (1, MANY), min).elsewhere("minimum at_most"),
];

/// The most digits that `round` keeps; more make no difference.
const MAX_DIGITS: usize = 15;

const fn arithmetic(
    name: &'static str,
    signature: &'static str,
    arguments: (usize, usize),
    run: HelperFn,
) -> Function {
    function(name, signature, arguments, run)
}

/// A number of a calculation.
#[derive(Debug, Clone, Copy)]
enum Amount {
    Whole(i128),
    Fraction(f64),
}

impl Amount {
    fn of(number: &Number) -> Self {
        match number.as_i128() {
            Some(whole) => Self::Whole(whole),
            None => Self::Fraction(number.as_f64().unwrap_or(f64::NAN)),
        }
    }

    /// JSON has whole numbers from the least `i64` to the largest `u64`.
    fn value(self) -> Option<Value> {
        match self {
            Self::Whole(whole) => Number::from_i128(whole),
            Self::Fraction(float) => Number::from_f64(float),
        }
        .map(Value::Number)
    }

    // A whole number beyond 2^53 is not exact beside a fraction, as in every language with floats.
    #[allow(clippy::cast_precision_loss)]
    fn float(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Fraction(float) => float,
        }
    }

    /// Both as whole numbers, or both as fractions.
    fn combine(
        self,
        other: Self,
        whole: fn(i128, i128) -> Option<i128>,
        float: fn(f64, f64) -> f64,
    ) -> Option<Self> {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => whole(one, other).map(Self::Whole),
            _ => Some(Self::Fraction(float(self.float(), other.float()))),
        }
    }

    fn is_zero(self) -> bool {
        matches!(self, Self::Whole(0)) || self.float() == 0.0
    }
}

fn amount(call: &Call<'_>, index: usize) -> Result<Amount, CallError> {
    call.number(index).map(Amount::of)
}

/// The result if it can be written down.
fn result(amount: Option<Amount>) -> Result<HelperOutput, CallError> {
    match amount.and_then(Amount::value) {
        Some(value) => Ok(value.into()),
        None => lacking("the result is too large"),
    }
}

/// All arguments, combined from left to right.
fn fold(
    call: &Call<'_>,
    whole: fn(i128, i128) -> Option<i128>,
    float: fn(f64, f64) -> f64,
) -> Result<HelperOutput, CallError> {
    let mut total = Some(amount(call, 0)?);
    for index in 1..call.len() {
        let next = amount(call, index)?;
        total = total.and_then(|total| total.combine(next, whole, float));
    }
    result(total)
}

fn add(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    fold(call, i128::checked_add, |one, other| one + other)
}

fn sub(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    fold(call, i128::checked_sub, |one, other| one - other)
}

fn mul(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    fold(call, i128::checked_mul, |one, other| one * other)
}

/// The quotient: whole if the division has no remainder.
fn div(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let (one, other) = (amount(call, 0)?, divisor(call)?);
    result(match (one, other) {
        (Amount::Whole(one), Amount::Whole(other)) if one % other == 0 => Some(Amount::Whole(one / other)),
        _ => Some(Amount::Fraction(one.float() / other.float())),
    })
}

/// The remainder, which is never negative.
fn modulo(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let (one, other) = (amount(call, 0)?, divisor(call)?);
    result(one.combine(other, i128::checked_rem_euclid, f64::rem_euclid))
}

fn divisor(call: &Call<'_>) -> Result<Amount, CallError> {
    let divisor = amount(call, 1)?;
    if divisor.is_zero() { lacking("a division by zero") } else { Ok(divisor) }
}

/// The number rounded to a number of digits after the point. Without digits it is whole.
fn round(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let number = amount(call, 0)?;
    let digits = if call.len() > 1 { call.size(1)?.min(MAX_DIGITS) } else { 0 };
    let Amount::Fraction(float) = number else { return result(Some(number)) };
    let rounded: f64 = if digits == 0 {
        float.round()
    } else {
        // Formatting rounds the exact value; a multiplication would first round to a float.
        format!("{float:.digits$}").parse().unwrap_or(float)
    };
    // Beyond 2^53 a float is whole as it is.
    #[allow(clippy::cast_possible_truncation)]
    let is_exact = rounded.abs() < 9_007_199_254_740_992.0;
    if digits == 0 && is_exact {
        #[allow(clippy::cast_possible_truncation)]
        return result(Some(Amount::Whole(rounded as i128)));
    }
    result(Some(Amount::Fraction(rounded)))
}

/// The values to calculate with: the elements of a list, the values of a key of them, or the arguments. Null is skipped.
fn values<'c>(call: &Call<'c>) -> Result<Vec<&'c Value>, CallError> {
    let values: Vec<&Value> = match call.shown(0)? {
        Value::List(list) => match call.len() {
            1 => list.iter().collect(),
            2 => {
                let key = call.key(1, list)?;
                list.iter().filter_map(|element| inside(element, key)).collect()
            }
            more => return wrong(format!("it takes a list and a key, not {more} arguments")),
        },
        _ => call.values()?,
    };
    values.iter().try_for_each(|value| shown(value).map(drop))?;
    Ok(values.into_iter().filter(|value| !value.is_null()).collect())
}

/// The sum of a list of numbers; 0 if it is empty.
fn sum(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    call.list(0)?;
    let mut total = Some(Amount::Whole(0));
    for value in values(call)? {
        let Value::Number(number) = value else {
            return wrong(format!("the list holds {}, not only numbers", value.type_name()));
        };
        let next = Amount::of(number);
        total = total.and_then(|total| total.combine(next, i128::checked_add, |one, other| one + other));
    }
    result(total)
}

/// The largest number or the last text of all; null if there is none.
fn max(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    extreme(call, Ordering::Greater)
}

fn min(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    extreme(call, Ordering::Less)
}

fn extreme(call: &Call<'_>, wanted: Ordering) -> Result<HelperOutput, CallError> {
    if call.len() == 1 {
        call.list(0)?;
    }
    let mut found: Option<&Value> = None;
    for value in values(call)? {
        // The first value is compared with itself: a list or an object has no order.
        let against = found.unwrap_or(value);
        match order(value, against) {
            None => return wrong(format!("{} and {} have no order", value.type_name(), against.type_name())),
            Some(order) if order == wanted || found.is_none() => found = Some(value),
            Some(_) => {}
        }
    }
    Ok(found.cloned().unwrap_or_default().into())
}
