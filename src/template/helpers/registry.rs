//! All helpers, as Handlebars calls them.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonTruthy, Output, RenderContext, RenderError,
    RenderErrorReason, Renderable, ScopedJson,
};
use serde_json::Value;

use super::call::{Call, CallError};
use super::function::{Function, Misuse};
use super::{fragments, lists, logic, table, text, time, tree};
use crate::template::writer::{HelperOutput, Writer};

const ALL: &[&[Function]] =
    &[fragments::ALL, lists::ALL, logic::ALL, table::ALL, text::ALL, time::ALL, tree::ALL];

pub(in crate::template) fn register(engine: &mut Handlebars<'_>, writer: Writer) {
    for function in ALL.iter().copied().flatten() {
        engine.register_helper(function.name, Box::new(Registered { function, writer }));
    }
}

/// The names of all helpers, including those of Handlebars itself.
pub(in crate::template) fn names() -> impl Iterator<Item = &'static str> {
    let own = ALL.iter().copied().flatten().map(|function| function.name);
    own.chain(["each", "if", "unless", "with", "lookup"])
}

/// A helper, as an engine calls it.
struct Registered {
    function: &'static Function,
    writer: Writer,
}

impl Registered {
    fn run(&self, helper: &Helper<'_>, context: &Context) -> Result<HelperOutput, RenderError> {
        let call = Call { helper, data: context.data(), writer: self.writer };
        let result = self.function.check(&call).and_then(|()| (self.function.run)(&call));
        let misuse = |why, depends_on_data| Misuse { function: self.function, why, depends_on_data };
        let misuse = match result {
            Ok(output) => return Ok(output),
            Err(CallError::Missing(path)) => return Err(RenderErrorReason::MissingVariable(path).into()),
            Err(CallError::Wrong(why)) => misuse(why, false),
            Err(CallError::Lacking(why)) => misuse(why, true),
        };
        Err(RenderErrorReason::NestedError(Box::new(misuse)).into())
    }
}

impl HelperDef for Registered {
    /// As an argument of another helper.
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(ScopedJson::Derived(match self.run(helper, context)? {
            HelperOutput::Value(value) => value,
            HelperOutput::Fragment(fragment) => fragment.into(),
        }))
    }

    /// Alone, in the text.
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        engine: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rendering: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        match self.run(helper, context)? {
            HelperOutput::Value(value) if helper.is_block() => {
                let half = if value.is_truthy(false) { helper.template() } else { helper.inverse() };
                half.map_or(Ok(()), |half| half.render(engine, context, rendering, out))
            }
            HelperOutput::Value(value) => Fixed(value).call(helper, engine, context, rendering, out),
            HelperOutput::Fragment(fragment) => {
                let escaped = !rendering.is_disable_escape();
                rendering.set_disable_escape(true);
                let result = Fixed(fragment.into()).call(helper, engine, context, rendering, out);
                rendering.set_disable_escape(!escaped);
                result
            }
        }
    }
}

/// Gives this value, which the engine escapes and indents.
struct Fixed(Value);

impl HelperDef for Fixed {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        _: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(ScopedJson::Derived(self.0.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_shows_every_helper() {
        let page = include_str!("../../../docs/src/helpers.md");
        for function in ALL.iter().copied().flatten() {
            let name = function.name;
            let shown = [format!("{{{{{name} "), format!("({name} "), format!("`{name}`")];
            assert!(shown.iter().any(|shown| page.contains(shown)), "{name}");
        }
    }
}
