//! What a template can do with values beside showing them.

use csv_core::QuoteStyle;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, ScopedJson,
};
use serde_json::Value;

use super::format::csv_field;

/// The helpers of this program, by name.
pub(super) const NAMES: [&str; 2] = ["join", "quoted"];

pub(super) fn register(engine: &mut Handlebars<'_>) {
    engine.register_helper("join", Box::new(Join));
    engine.register_helper("quoted", Box::new(quoted));
}

/// `{{join LIST SEPARATOR}}`: the values of a list with the separator (default `, `) between them. The whole
/// is escaped as one value.
struct Join;

impl HelperDef for Join {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let list = argument(helper, "join", 0)?
            .as_array()
            .ok_or_else(|| wrong("join", "its first argument is not a list"))?;
        let separator = match helper.param(1) {
            None => ", ",
            Some(separator) => {
                separator.value().as_str().ok_or_else(|| wrong("join", "the separator is not text"))?
            }
        };
        let parts: Option<Vec<String>> = list.iter().map(scalar).collect();
        let parts = parts.ok_or_else(|| wrong("join", "the list holds lists or objects"))?;
        Ok(ScopedJson::Derived(Value::String(parts.join(separator))))
    }
}

/// `{{quoted VALUE}}`: the value as a CSV field that is always quoted.
fn quoted(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let value = argument(helper, "quoted", 0)?;
    let text = scalar(value).ok_or_else(|| wrong("quoted", "a list or an object is not a field"))?;
    out.write(&csv_field(&text, QuoteStyle::Always))?;
    Ok(())
}

/// An argument that must be there. A variable that is not is told apart from an argument that was not given.
fn argument<'h>(helper: &'h Helper<'_>, name: &'static str, index: usize) -> Result<&'h Value, RenderError> {
    let argument = helper.param(index).ok_or(RenderErrorReason::ParamNotFoundForIndex(name, index))?;
    if argument.is_value_missing() {
        return Err(RenderErrorReason::MissingVariable(argument.relative_path().cloned()).into());
    }
    Ok(argument.value())
}

/// The text of a value that is not made of others; null is no text at all.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

fn wrong(helper: &str, why: &str) -> RenderError {
    RenderErrorReason::Other(format!("`{helper}` can't be used here: {why}")).into()
}
