//! Helpers whose result is true or false, and those that choose a value. The first are written alone, as an argument
//! (`{{#if (eq a b)}}`) or as a block (`{{#eq a b}}`).

use super::call::{Call, CallError};
use super::comparison::Comparison;
use super::function::{Function, HelperFn, MANY, choice, function};
use super::value::is_true;
use crate::value::Value;
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[
    question("and", "{{#if (and A B...)}}", (2, MANY), and),
    question("contains", "{{#if (contains LIST VALUE)}}", (2, 2), contains)
        .elsewhere("includes include? has in inArray hasKey"),
    question("ends_with", "{{#if (ends_with TEXT END)}}", (2, 2), ends_with)
        .elsewhere("endswith endsWith hasSuffix"),
    question("eq", "{{#if (eq A B)}}", (2, 2), eq).elsewhere("is equal equals"),
    question("gt", "{{#if (gt A B)}}", (2, 2), gt),
    question("gte", "{{#if (gte A B)}}", (2, 2), gte).elsewhere("ge"),
    question("is_hidden", "{{#if (is_hidden VALUE)}}", (1, 1), is_hidden),
    question("lt", "{{#if (lt A B)}}", (2, 2), lt),
    question("lte", "{{#if (lte A B)}}", (2, 2), lte).elsewhere("le"),
    question("matches", "{{#if (matches TEXT PATTERN)}}", (2, 2), matches).elsewhere("match regexMatch like"),
    question("ne", "{{#if (ne A B)}}", (2, 2), ne).elsewhere("isnt not_eq neq"),
    question("not", "{{#if (not A)}}", (1, 1), not),
    question("or", "{{#if (or A B...)}}", (2, MANY), or),
    question("starts_with", "{{#if (starts_with TEXT START)}}", (2, 2), starts_with)
        .elsewhere("startswith startsWith starting_with hasPrefix"),
    choice("coalesce", "{{coalesce VALUE... OTHERWISE}}", (2, MANY), is_something)
        .elsewhere("firstof first_of"),
    choice("default", "{{default VALUE OTHERWISE}}", (2, 2), is_something)
        .elsewhere("default_if_none ifnull fallback otherwise d"),
];

const fn question(
    name: &'static str,
    signature: &'static str,
    arguments: (usize, usize),
    run: HelperFn,
) -> Function {
    function(name, signature, arguments, run).question()
}

/// Whether all are true. Empty texts, empty lists, 0 and null are false.
fn and(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(call.values()?.iter().all(|value| is_true(value)).into())
}

fn or(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(call.values()?.iter().any(|value| is_true(value)).into())
}

fn not(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok((!is_true(call.value(0)?)).into())
}

fn compare(call: &Call<'_>, comparison: Comparison) -> Result<HelperOutput, CallError> {
    Ok(comparison.holds(call.value(0)?, call.value(1)?)?.into())
}

fn contains(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    compare(call, Comparison::Contains)
}

fn ends_with(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    compare(call, Comparison::EndsWith)
}

fn eq(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    compare(call, Comparison::Eq)
}

fn gt(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    compare(call, Comparison::Gt)
}

fn gte(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    compare(call, Comparison::Gte)
}

/// Whether the service has something here that it does not show.
fn is_hidden(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(matches!(call.value(0)?, Value::Hidden(_)).into())
}

fn lt(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    compare(call, Comparison::Lt)
}

fn lte(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    compare(call, Comparison::Lte)
}

fn matches(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    compare(call, Comparison::Matches)
}

fn ne(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    compare(call, Comparison::Ne)
}

fn starts_with(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    compare(call, Comparison::StartsWith)
}

/// Whether a value says something: it is neither null, nor hidden, nor empty text.
fn is_something(value: &Value) -> bool {
    !value.is_null_in_json() && value.as_str() != Some("")
}
