//! Values of the profile's own `[vars]`: the author's word, which is not followed into the output.

use handlebars::template::{HelperTemplate, Parameter, TemplateElement};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonRender, Output, RenderContext, RenderError,
    ScopedJson, Template,
};

use super::partial_frame::required;
use super::path::{Reach, reach};
use super::writer::Writer;

/// The name of [`AuthorValue`] in the engine.
const NAME: &str = "author-value";

pub(super) fn register(engine: &mut Handlebars<'_>, writer: Writer) {
    engine.register_helper(NAME, Box::new(AuthorValue(writer)));
}

/// Makes `{{vars.x}}` of the main template into `{{author-value vars.x}}` where it can only mean the profile's `[vars]`.
/// Inside other blocks than `if` and `unless`, and in partials, a row could have a key `vars`, too.
pub(super) fn mark(template: &mut Template) {
    for element in &mut template.elements {
        match element {
            TemplateElement::Expression(value) if is_author_value(value) => {
                let path = std::mem::replace(&mut value.name, Parameter::Name(NAME.to_owned()));
                value.params.push(path);
            }
            TemplateElement::HelperBlock(block)
                if matches!(block.name.as_name(), Some("if" | "unless")) && block.block_param.is_none() =>
            {
                block.template.iter_mut().chain(block.inverse.iter_mut()).for_each(mark);
            }
            _ => {}
        }
    }
}

fn is_author_value(value: &HelperTemplate) -> bool {
    let is_variable = value.params.is_empty() && value.hash.is_empty();
    let path = match &value.name {
        Parameter::Path(_) if is_variable => value.name.as_name().unwrap_or_default(),
        _ => return false,
    };
    matches!(reach(path), Reach::Value { up: Some(0) | None, first: Some("vars"), only: false })
}

/// Writes its argument, escaped but without marks.
struct AuthorValue(Writer);

impl HelperDef for AuthorValue {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        engine: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rendering: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        rendering.set_disable_escape(true);
        let result = Escaped(self.0).call(helper, engine, context, rendering, out);
        rendering.set_disable_escape(false);
        result
    }
}

struct Escaped(Writer);

impl HelperDef for Escaped {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        required(helper).map(|value| ScopedJson::Derived(self.0.escape(&value.render()).into()))
    }
}
