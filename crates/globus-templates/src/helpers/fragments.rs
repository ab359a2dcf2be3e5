//! Helpers that write a finished piece of the format.

use super::call::{Call, CallError, wrong};
use super::function::{Function, MANY, function};
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[
    function("csv", "{{csv VALUE...}}", (1, MANY), csv).elsewhere("to_csv tsv"),
    function("json", "{{json VALUE pretty=true}}", (1, 1), json)
        .options(&["pretty"])
        .elsewhere("tojson to_json toPrettyJson json_encode jsonify stringify dump to_yaml yaml"),
    function("quoted", "{{quoted VALUE}}", (1, 1), quoted).elsewhere("quote squote dquote"),
];

/// One record of CSV, or of TSV in a template for TSV.
fn csv(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let fields: Result<Vec<String>, CallError> =
        (0..call.len()).map(|index| Ok(call.text(index)?.into_owned())).collect();
    Ok(call.writer.record(fields?))
}

/// Any value as JSON.
fn json(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(call.writer.json(call.value(0)?, call.flag("pretty", false)?, call.state.buffer()))
}

/// A value in quotes, whether it needs them or not.
fn quoted(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let text = call.text(0)?;
    match call.writer.quoted(&text) {
        Some(quoted) => Ok(quoted),
        None => wrong(format!("`.{}.hbs` has no quotes for a value", call.writer.format.extension())),
    }
}
