//! What a template can do with values beside showing them.
//!
//! A helper is a function from its arguments to a value. The value is escaped as `{{x}}` is, unless the helper
//! writes a finished piece of the format (`csv`, `json`, `quoted`, and `table` in Markdown).
//!
//! All are strict: an argument that is not there, or of the wrong kind, is an error that names the helper. They take
//! the place of those that Handlebars brings, which pass over much.

mod call;
mod fragments;
mod lists;
mod logic;
mod table;
mod text;
mod time;
mod tree;
pub(super) mod value;

use std::fmt;

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonTruthy, Output, RenderContext, RenderError,
    RenderErrorReason, Renderable, ScopedJson,
};
use serde_json::Value;

use call::{Call, Mistake};

use super::format::{Writer, Written};

/// A helper of this program.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    /// How it is written, as the README and messages show it.
    pub(super) signature: &'static str,
    /// The least and the most arguments it takes.
    arguments: (usize, usize),
    /// The names it takes as `name=value`.
    options: &'static [&'static str],
    /// Whether it can be a block, of which it renders one half or the other.
    block: bool,
    run: Run,
}

/// What a helper does.
type Run = fn(&Call<'_, '_>) -> Result<Written, Mistake>;

/// A helper that takes no options and is no block.
const fn function(
    name: &'static str,
    signature: &'static str,
    arguments: (usize, usize),
    run: Run,
) -> Function {
    Function { name, signature, arguments, options: &[], block: false, run }
}

/// As many arguments as one likes.
const MANY: usize = usize::MAX;

/// Every helper of this program.
pub(super) const ALL: &[&[Function]] =
    &[fragments::ALL, lists::ALL, logic::ALL, table::ALL, text::ALL, time::ALL, tree::ALL];

pub(super) fn register(engine: &mut Handlebars<'_>, writer: Writer) {
    for function in ALL.iter().copied().flatten() {
        engine.register_helper(function.name, Box::new(Registered { function, writer }));
    }
}

/// The names of all helpers, those that Handlebars brings too.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let own = ALL.iter().copied().flatten().map(|function| function.name);
    own.chain(["each", "if", "unless", "with", "lookup"])
}

/// A helper in an engine.
struct Registered {
    function: &'static Function,
    writer: Writer,
}

impl Registered {
    fn run(&self, helper: &Helper<'_>, context: &Context) -> Result<Written, RenderError> {
        let call = Call { helper, data: context.data(), writer: self.writer };
        let result = call.check(self.function).and_then(|()| (self.function.run)(&call));
        result.map_err(|mistake| match mistake {
            Mistake::Missing(path) => RenderErrorReason::MissingVariable(path).into(),
            Mistake::Wrong(why) => {
                RenderErrorReason::NestedError(Box::new(Misuse { function: self.function, why })).into()
            }
        })
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
            Written::Value(value) => value,
            Written::Fragment(fragment) => fragment.into(),
        }))
    }

    /// By itself, in the text.
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        engine: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rendering: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        match self.run(helper, context)? {
            Written::Value(value) if helper.is_block() => {
                let half = if value.is_truthy(false) { helper.template() } else { helper.inverse() };
                half.map_or(Ok(()), |half| half.render(engine, context, rendering, out))
            }
            Written::Value(value) => Fixed(value).call(helper, engine, context, rendering, out),
            Written::Fragment(fragment) => {
                let escaped = !rendering.is_disable_escape();
                rendering.set_disable_escape(true);
                let result = Fixed(fragment.into()).call(helper, engine, context, rendering, out);
                rendering.set_disable_escape(!escaped);
                result
            }
        }
    }
}

/// A value that is known already. The engine escapes and indents it.
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

/// A helper that was called otherwise than it can be.
#[derive(Debug)]
pub(super) struct Misuse {
    pub(super) function: &'static Function,
    why: String,
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` can't be used here: {}", self.function.name, self.why)
    }
}

impl std::error::Error for Misuse {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_shows_every_helper() {
        let readme = include_str!("../../../README.md");
        for function in ALL.iter().copied().flatten() {
            let name = function.name;
            let shown = [format!("{{{{{name} "), format!("({name} "), format!("`{name}`")];
            assert!(shown.iter().any(|shown| readme.contains(shown)), "{name}");
        }
    }
}
