//! `where` and `count`: the elements of a list that meet a condition.

use super::call::{Call, CallError, shown, wrong};
use super::comparison::Comparison;
use super::function::{Function, function};
use super::value::{inside, is_true};
use crate::nearest::nearest;
use crate::value::Value;
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[
    function("count", "{{count LIST KEY OPERATOR VALUE}}", (1, 4), count),
    function("where", "{{#each (where LIST KEY OPERATOR VALUE)}}", (2, 4), where_)
        .aliases(&["filter"])
        .elsewhere("select selectattr filter_by find find_all reject rejectattr grep"),
];

/// The elements that meet the condition.
fn where_(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(matching(call)?.into_iter().cloned().collect::<Value>().into())
}

/// The number of elements that `where` gives; without a condition, of all.
fn count(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let number = if call.len() == 1 { call.list(0)?.len() } else { matching(call)?.len() };
    Ok(number.into())
}

fn matching<'c>(call: &Call<'c>) -> Result<Vec<&'c Value>, CallError> {
    let list = call.list(0)?;
    let key = call.key(1, list)?;
    let condition = Condition::of(call)?;
    let mut matching = Vec::new();
    for element in list {
        // A key that an element lacks is null.
        if condition.holds(inside(element, key).unwrap_or(&Value::Null))? {
            matching.push(element);
        }
    }
    Ok(matching)
}

/// What the value of a key has to be.
enum Condition<'c> {
    NotEmpty,
    Compares(Comparison, &'c Value),
}

impl<'c> Condition<'c> {
    fn of(call: &Call<'c>) -> Result<Self, CallError> {
        match call.len() {
            2 => Ok(Self::NotEmpty),
            3 if call.literal(2).is_some_and(|word| Comparison::named(word).is_some()) => {
                wrong("the value to compare with is missing after the operator")
            }
            3 => Ok(Self::Compares(Comparison::Eq, call.value(2)?)),
            _ => {
                let name = call.text(2)?;
                let Some(comparison) = Comparison::named(&name) else { return unknown(&name) };
                Ok(Self::Compares(comparison, call.value(3)?))
            }
        }
    }

    /// A list of wanted values means any of them, and a value that is a list is all of its elements.
    fn holds(&self, value: &Value) -> Result<bool, CallError> {
        let Self::Compares(comparison, wanted) = self else { return Ok(is_true(shown(value)?)) };
        match comparison {
            Comparison::Ne => Ok(!any(Comparison::Eq, each(value), each(wanted))?),
            Comparison::Contains => any(Comparison::Contains, std::slice::from_ref(value), each(wanted)),
            comparison => any(*comparison, each(value), each(wanted)),
        }
    }
}

fn each(value: &Value) -> &[Value] {
    value.as_list().unwrap_or(std::slice::from_ref(value))
}

fn any(comparison: Comparison, values: &[Value], wanted: &[Value]) -> Result<bool, CallError> {
    for value in values {
        for wanted in wanted {
            if comparison.holds(value, wanted)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn unknown<T>(name: &str) -> Result<T, CallError> {
    let known = || Comparison::OPERATORS.iter().map(|(word, ..)| *word);
    wrong(match nearest(name, known()) {
        Some(near) => format!("there is no operator `{name}`; did you mean `{near}`?"),
        None => {
            format!("there is no operator `{name}`; there are {}", known().collect::<Vec<_>>().join(", "))
        }
    })
}
