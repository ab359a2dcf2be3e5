//! Helpers of Handlebars itself, where its implementation in Rust departs from the language.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, Renderable, ScopedJson,
};
use serde_json::Value;

use super::value::is_true;

pub(in crate::template) fn register_builtins(engine: &mut Handlebars<'_>) {
    engine.register_helper("if", Box::new(Condition { name: "if", wanted: true }));
    engine.register_helper("unless", Box::new(Condition { name: "unless", wanted: false }));
    engine.register_helper("lookup", Box::new(Lookup));
}

/// `if` and `unless`. An object is true, even an empty one.
struct Condition {
    name: &'static str,
    wanted: bool,
}

impl HelperDef for Condition {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        engine: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rendering: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = helper.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex(self.name, 0))?.value();
        let zero_counts =
            helper.hash_get("includeZero").is_some_and(|option| is_true(&option.value().clone().into()));
        let holds = is_true(&value.clone().into()) || zero_counts && value.is_number();
        let half = if holds == self.wanted { helper.template() } else { helper.inverse() };
        half.map_or(Ok(()), |half| half.render(engine, context, rendering, out))
    }
}

/// `lookup`. What is not there is missing, as a variable can be, and only where it is shown that is an error.
struct Lookup;

impl HelperDef for Lookup {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let argument =
            |index| helper.param(index).ok_or(RenderErrorReason::ParamNotFoundForIndex("lookup", index));
        let (whole, key) = (argument(0)?.value(), argument(1)?.value());
        let found = match (whole, key) {
            (Value::Array(list), Value::Number(index)) => {
                index.as_u64().and_then(|index| list.get(usize::try_from(index).ok()?))
            }
            (Value::Object(object), Value::String(key)) => object.get(key),
            _ => None,
        };
        Ok(found.map_or(ScopedJson::Missing, |value| ScopedJson::Derived(value.clone())))
    }
}
