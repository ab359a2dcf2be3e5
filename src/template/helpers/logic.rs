//! Helpers whose result is true or false, and `default`. They are written alone, as an argument (`{{#if (eq a b)}}`) or
//! as a block (`{{#eq a b}}`).

use std::cmp::Ordering;

use handlebars::JsonTruthy;
use serde_json::Value;

use super::call::{Call, CallError, wrong};
use super::function::{Function, HelperFn, MANY, function};
use super::value::{order, same, text};
use crate::data::type_name;
use crate::template::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[
    question("and", "{{#if (and A B...)}}", (2, MANY), and),
    question("contains", "{{#if (contains LIST VALUE)}}", (2, 2), contains),
    question("eq", "{{#if (eq A B)}}", (2, 2), eq),
    question("gt", "{{#if (gt A B)}}", (2, 2), gt),
    question("gte", "{{#if (gte A B)}}", (2, 2), gte),
    question("lt", "{{#if (lt A B)}}", (2, 2), lt),
    question("lte", "{{#if (lte A B)}}", (2, 2), lte),
    question("ne", "{{#if (ne A B)}}", (2, 2), ne),
    question("not", "{{#if (not A)}}", (1, 1), not),
    question("or", "{{#if (or A B...)}}", (2, MANY), or),
    function("default", "{{default VALUE OTHERWISE}}", (2, 2), default),
];

const fn question(
    name: &'static str,
    signature: &'static str,
    arguments: (usize, usize),
    run: HelperFn,
) -> Function {
    Function { block: true, ..function(name, signature, arguments, run) }
}

/// Whether all are true. Empty texts, empty lists, 0 and null are false.
fn and(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok(call.values()?.iter().all(|value| value.is_truthy(false)).into())
}

fn or(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok(call.values()?.iter().any(|value| value.is_truthy(false)).into())
}

fn not(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok((!call.value(0)?.is_truthy(false)).into())
}

fn eq(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok(same(call.value(0)?, call.value(1)?).into())
}

fn ne(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok((!same(call.value(0)?, call.value(1)?)).into())
}

fn lt(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok(compare(call)?.is_lt().into())
}

fn lte(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok(compare(call)?.is_le().into())
}

fn gt(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok(compare(call)?.is_gt().into())
}

fn gte(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok(compare(call)?.is_ge().into())
}

/// The order of two numbers or two texts. Other values have none.
fn compare(call: &Call<'_, '_>) -> Result<Ordering, CallError> {
    let (one, other) = (call.value(0)?, call.value(1)?);
    match order(one, other) {
        Some(order) => Ok(order),
        None => wrong(format!("{} and {} have no order", type_name(one), type_name(other))),
    }
}

/// Whether a list contains the value, a text the other text, or an object the key.
fn contains(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    let wanted = call.value(1)?;
    match (call.value(0)?, text(wanted)) {
        (Value::Array(list), _) => Ok(list.iter().any(|value| same(value, wanted)).into()),
        (Value::String(whole), Some(part)) => Ok(whole.contains(&part).into()),
        (Value::Object(object), Some(key)) => Ok(object.contains_key(&key).into()),
        (Value::Null, _) => Ok(false.into()),
        (other, _) => wrong(format!("{} can't contain {}", type_name(other), type_name(wanted))),
    }
}

/// The first argument, or the second if the first does not exist, is null or is empty text.
fn default(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    let empty = |value: &&Value| value.is_null() || value.as_str() == Some("");
    match call.maybe(0).filter(|value| !empty(value)) {
        Some(value) => Ok(value.clone().into()),
        None => Ok(call.value(1)?.clone().into()),
    }
}
