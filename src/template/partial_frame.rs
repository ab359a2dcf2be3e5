//! The frame of a partial: it limits how deep partials include each other, and records what was in scope where an error
//! occurred. Also values for partials, which must exist.

use std::collections::HashMap;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use handlebars::template::{DecoratorTemplate, Parameter, Subexpression, TemplateElement};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, Renderable, ScopedJson, Template,
};
use serde_json::Value;

use super::hint::Hint;
use super::walk;
use crate::{Error, Result};

/// How deep partials may include each other: deeper than any tree of groups, and an end to endless ones.
const MAX_DEPTH: usize = 50;

/// The name of [`PartialFrame`] in the engine.
const FRAME: &str = "partial-frame";

/// The name of [`RequiredValue`] in the engine.
const REQUIRED: &str = "required-value";

/// The template with a [`PartialFrame`] around it if it is a partial, and around each inline partial in it.
pub(super) fn framed(mut template: Template, name: &str, partial: bool) -> Result<Template> {
    template.name = Some(name.to_owned());
    for element in &mut template.elements {
        frame_inside(element, name)?;
    }
    if partial { frame_around(template, name) } else { Ok(template) }
}

fn frame_inside(element: &mut TemplateElement, name: &str) -> Result<()> {
    let is_inline = walk::inline(element).is_some();
    let inner: Vec<&mut Template> = match element {
        TemplateElement::HelperBlock(helper) => {
            helper.template.iter_mut().chain(helper.inverse.iter_mut()).collect()
        }
        TemplateElement::DecoratorBlock(block) => block.template.iter_mut().collect(),
        TemplateElement::PartialBlock(partial) => {
            strict_values(partial);
            partial.template.iter_mut().collect()
        }
        TemplateElement::PartialExpression(partial) => {
            strict_values(partial);
            return Ok(());
        }
        _ => return Ok(()),
    };
    for template in inner {
        for element in &mut template.elements {
            frame_inside(element, name)?;
        }
        if is_inline {
            // Without a name it would get that of the partial that includes it.
            let name = format!("{name}\0inline");
            template.name = Some(name.clone());
            *template = frame_around(std::mem::take(template), &name)?;
        }
    }
    Ok(())
}

/// Makes `{{> row title=x}}` into `{{> row title=(required-value x)}}`. Only here the engine takes a variable that does
/// not exist for null, even in strict mode.
fn strict_values(partial: &mut DecoratorTemplate) {
    for value in partial.hash.values_mut() {
        if matches!(value, Parameter::Path(_)) {
            let path = mem::replace(value, Parameter::Literal(Value::Null));
            let required = Parameter::Name(REQUIRED.to_owned());
            *value = Parameter::Subexpression(Subexpression::new(required, vec![path], HashMap::new()));
        }
    }
}

/// `{{#partial-frame}}…{{/partial-frame}}`.
fn frame_around(template: Template, name: &str) -> Result<Template> {
    let text = format!("{{{{#{FRAME}}}}}{{{{/{FRAME}}}}}");
    let mut frame = Template::compile(&text)
        .map_err(|error| Error::failed("can't put a frame around a partial").because(error))?;
    frame.name = Some(name.to_owned());
    if let Some(TemplateElement::HelperBlock(frame)) = frame.elements.first_mut() {
        frame.template = Some(template);
    }
    Ok(frame)
}

/// Counts how deep partials include each other, and records what was in scope where an error occurred: after the
/// partial, its scope is gone.
#[derive(Debug, Clone, Default)]
pub(super) struct PartialFrame {
    depth: Arc<AtomicUsize>,
    hint: Arc<Mutex<Option<Hint>>>,
}

impl PartialFrame {
    pub(super) fn register(&self, engine: &mut Handlebars<'_>) {
        engine.register_helper(FRAME, Box::new(self.clone()));
        engine.register_helper(REQUIRED, Box::new(RequiredValue));
    }

    /// Call it before a rendering.
    pub(super) fn reset(&self) {
        self.depth.store(0, Ordering::Relaxed);
        self.take_hint();
    }

    /// The hint for an error in a partial.
    pub(super) fn take_hint(&self) -> Option<Hint> {
        self.hint.lock().ok()?.take()
    }
}

impl HelperDef for PartialFrame {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        engine: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rendering: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        if self.depth.fetch_add(1, Ordering::Relaxed) >= MAX_DEPTH {
            let message = format!("partials include each other more than {MAX_DEPTH} times");
            return Err(RenderErrorReason::Other(message).into());
        }
        let template = helper.template();
        let result = template.map_or(Ok(()), |template| template.render(engine, context, rendering, out));
        self.depth.fetch_sub(1, Ordering::Relaxed);
        result.inspect_err(|error: &RenderError| {
            if let Ok(mut hint) = self.hint.lock() {
                hint.get_or_insert_with(|| Hint::of(error, context, rendering));
            }
        })
    }
}

/// Gives its argument, which has to exist.
struct RequiredValue;

impl HelperDef for RequiredValue {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        required(helper).map(|value| ScopedJson::Derived(value.clone()))
    }
}

/// The argument of a helper, which has to exist.
pub(super) fn required<'h>(helper: &'h Helper<'_>) -> Result<&'h Value, RenderError> {
    match helper.param(0) {
        Some(value) if !value.is_value_missing() => Ok(value.value()),
        value => {
            let path = value.and_then(|value| value.relative_path().cloned());
            Err(RenderErrorReason::MissingVariable(path).into())
        }
    }
}
