//! All helpers, as Handlebars calls them.

use std::borrow::Cow;

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, PathAndJson, RenderContext, RenderError,
    RenderErrorReason, Renderable, ScopedJson,
};

use serde_json::Value;

use super::call::{Argument, Call, CallError, Which};
use super::function::{Function, Misuse};
use super::value::is_true;
use super::{filter, fragments, links, lists, logic, numbers, pattern, sort, table, text, time, tree};
use crate::diagnostic::nearest;
use crate::template::writer::{HelperOutput, Writer};

const ALL: &[&[Function]] = &[
    filter::ALL,
    fragments::ALL,
    links::ALL,
    lists::ALL,
    logic::ALL,
    numbers::ALL,
    pattern::ALL,
    sort::ALL,
    table::ALL,
    text::ALL,
    time::ALL,
    tree::ALL,
];

/// The helpers of Handlebars itself that this program keeps. `{{{{raw}}}}` is part of the language.
const BUILT_IN: [&str; 6] = ["each", "if", "unless", "with", "lookup", "raw"];

/// What other template languages have and this one does not need: their names, and what to do here.
const NEEDLESS: [(&str, &str); 7] = [
    (
        "escape e h html_escape escape_html xml_escape csv_escape",
        "every value is escaped for its format; write `{{x}}`",
    ),
    ("safe html mark_safe", "`{{{x}}}` writes a value as it is, without escaping"),
    ("log debug print echo", "`runner data` prints what a template sees; write `{{x}}`"),
    ("set assign let", "`{{#with x as |name|}}` gives a value a name"),
    ("for range foreach", "`{{#each list}}` is the loop"),
    ("include render partial", "`{{> name}}` includes a template"),
    ("elif elseif elsif", "write `{{else if x}}`"),
];

fn all() -> impl Iterator<Item = &'static Function> {
    ALL.iter().copied().flatten()
}

/// The helper of this program with this name or alias.
fn own(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name == name || function.aliases.contains(&name))
}

#[cfg(test)]
pub(in crate::template) fn names() -> Vec<&'static str> {
    all().map(|function| function.name).collect()
}

/// Registers the helper of this name. Only those that a template uses are registered: it is faster, and every other
/// name is free for variables.
pub(in crate::template) fn register(engine: &mut Handlebars<'_>, writer: Writer, name: &str) {
    if let Some(function) = own(name) {
        engine.register_helper(name, Box::new(Registered { function, writer }));
    }
}

pub(in crate::template) fn exists(name: &str) -> bool {
    BUILT_IN.contains(&name) || own(name).is_some()
}

/// Whether the helper gives true or false.
pub(in crate::template) fn is_question(name: &str) -> bool {
    own(name).is_some_and(|function| function.is_question)
}

/// What to write instead of a helper that does not exist.
pub(in crate::template) fn instead_of(name: &str) -> Option<String> {
    let is_in = |names: &str| names.split(' ').any(|other| other.eq_ignore_ascii_case(name));
    if let Some(function) = all().find(|function| is_in(function.elsewhere)) {
        return Some(format!("here it is `{}`: {}", function.name, function.signature));
    }
    if let Some((_, advice)) = NEEDLESS.iter().find(|(names, _)| is_in(names)) {
        return Some((*advice).to_owned());
    }
    let names =
        all().flat_map(|function| [function.name].into_iter().chain(function.aliases.iter().copied()));
    let near = nearest(name, names.chain(BUILT_IN))?;
    Some(format!("did you mean `{near}`?"))
}

/// A helper, as an engine calls it.
struct Registered {
    function: &'static Function,
    writer: Writer,
}

impl Registered {
    fn run(&self, helper: &Helper<'_>, context: &Context) -> Result<HelperOutput, RenderError> {
        // The engine has its own values.
        let argument = |argument: &PathAndJson<'_>| Argument {
            value: (!argument.is_value_missing()).then(|| Cow::Owned(argument.value().clone().into())),
            is_literal: argument.try_get_constant_value().is_some(),
        };
        let arguments: Vec<Argument<'_>> = helper.params().iter().map(argument).collect();
        let options: Vec<(&str, Argument<'_>)> =
            helper.hash().iter().map(|(name, value)| (*name, argument(value))).collect();
        let data = context.data().clone().into();
        let call = Call {
            name: helper.name(),
            arguments: &arguments,
            options: &options,
            is_block: helper.is_block(),
            data: &data,
            writer: self.writer,
        };
        let result = self.function.check(&call).and_then(|()| (self.function.run)(&call));
        let (why, depends_on_data) = match result {
            Ok(output) => return Ok(output),
            Err(CallError::Missing(which)) => {
                let path = match which {
                    Which::Argument(at) => {
                        helper.param(at).and_then(|argument| argument.relative_path().cloned())
                    }
                    Which::Option(_) => None,
                };
                return Err(RenderErrorReason::MissingVariable(path).into());
            }
            Err(CallError::Wrong(why)) => (why, false),
            Err(CallError::Lacking(why)) => (why, true),
        };
        let written = helper.name().to_owned();
        let misuse = Misuse { function: self.function, written, why, depends_on_data };
        Err(RenderErrorReason::NestedError(Box::new(misuse)).into())
    }
}

/// The variable with the name of a helper. A tag without arguments shows it, as in `{{title}}`.
fn variable(helper: &Helper<'_>, context: &Context, rendering: &RenderContext<'_, '_>) -> Option<Value> {
    if !helper.params().is_empty() || !helper.hash().is_empty() || helper.is_block() {
        return None;
    }
    let inner = rendering.context();
    let value = rendering.evaluate(inner.as_deref().unwrap_or(context), helper.name()).ok()?;
    (!value.is_missing()).then(|| value.as_json().clone())
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
            HelperOutput::Value(value) => value.into(),
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
        let output = match variable(helper, context, rendering) {
            Some(value) => HelperOutput::Value(value.into()),
            None => self.run(helper, context)?,
        };
        match output {
            HelperOutput::Value(value) if helper.is_block() => {
                let half = if is_true(&value) { helper.template() } else { helper.inverse() };
                half.map_or(Ok(()), |half| half.render(engine, context, rendering, out))
            }
            HelperOutput::Value(value) => Fixed(value.into()).call(helper, engine, context, rendering, out),
            HelperOutput::Fragment(fragment) => {
                let escaped = !rendering.is_disable_escape();
                let fragment = if escaped { self.writer.write_finished(fragment) } else { fragment };
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
    use std::collections::BTreeSet;

    use super::*;

    const PAGE: &str = include_str!("../../../docs/src/helpers.md");

    /// `tests/helpers.rs` renders the examples.
    #[test]
    fn the_book_has_the_signature_and_an_example_of_every_helper() {
        for function in all() {
            let name = function.name;
            assert!(PAGE.contains(&format!("`{}`", function.signature)), "{}", function.signature);
            for alias in function.aliases {
                assert!(PAGE.contains(&format!("`{alias}`")), "{alias}");
            }
            let calls = [format!("{{{{{name} "), format!("({name} ")];
            let examples = PAGE.lines().filter(|line| line.contains(" → ") || !line.starts_with('|'));
            let shown = examples.filter(|line| calls.iter().any(|call| line.contains(call))).count();
            assert!(shown > 0, "{name} has no example");
        }
    }

    #[test]
    fn a_name_means_one_thing() {
        let mut seen = BTreeSet::from_iter(BUILT_IN);
        let elsewhere = all().flat_map(|function| function.elsewhere.split(' '));
        let elsewhere = elsewhere.chain(NEEDLESS.iter().flat_map(|(names, _)| names.split(' ')));
        let own =
            all().flat_map(|function| [function.name].into_iter().chain(function.aliases.iter().copied()));
        for name in own.chain(elsewhere.filter(|name| !name.is_empty())) {
            assert!(seen.insert(name), "{name}");
        }
    }

    #[test]
    fn a_name_from_another_language_is_known() {
        for (name, advice) in [
            ("upcase", "here it is `upper`: {{upper TEXT}}"),
            ("toUpperCase", "here it is `upper`: {{upper TEXT}}"),
            ("escape", "every value is escaped for its format; write `{{x}}`"),
            ("uper", "did you mean `upper`?"),
            ("lenght", "did you mean `length`?"),
            ("eech", "did you mean `each`?"),
        ] {
            assert_eq!(instead_of(name).as_deref(), Some(advice), "{name}");
        }
        assert_eq!(instead_of("quux"), None);
    }
}
