//! A Handlebars template, escaped by its format: groups in, text out.
//!
//! Templates are strict: a variable, helper or partial that is not there is an error, never an empty string.

mod calls;
mod clock;
mod data;
mod escape;
mod format;
mod helpers;
mod hint;
mod lint;
mod nesting;
mod partials;
mod path;
mod plan;
mod problem;
mod saved;
mod stream;
mod summary;
#[cfg(test)]
mod tests;
mod totals;
mod walk;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use handlebars::{Context, Handlebars, RenderContext, RenderError, RenderErrorReason, Renderable};
use serde_json::Value;

pub use data::Facts;
pub use format::Format;
pub use saved::Saved;
pub use stream::{Restart, Stream};
pub use summary::summary;

use format::{NoFormat, Writer};
use hint::Hint;
use partials::Guard;
use plan::{Obstacle, Plan};

use crate::catalog::{self, Source};
use crate::diagnostic::Diagnostic;
use crate::globus::api::parse_groups;
use crate::profile::Profile;
use crate::{Error, Result};

/// Groups as the service sends them, for rendering a template without asking anybody.
const SAMPLE: &str = include_str!("sample.json");

/// The name the template has inside its engine. No partial can have it.
const MAIN: &str = "";

/// A template that has been parsed, with all that it includes.
#[derive(Debug)]
pub struct Template {
    source: Source,
    partials: BTreeMap<String, Source>,
    format: Format,
    engine: Handlebars<'static>,
    guard: Guard,
    plan: Result<Plan, Obstacle>,
}

impl Template {
    /// Finds and parses the template of a profile. A mistake in it is shown with its place; exit code 2.
    pub fn of(profile: &Profile) -> Result<Self> {
        let format = Format::of(&profile.template).map_err(|unknown| unknown.in_profile(profile))?;
        let source = catalog::find_template(&profile.template, profile.folder())?;
        Self::new(source, Writer { format, formula_guard: profile.escaping.formula_guard })
    }

    /// Another template in the place of the profile's: a name, or a path that starts at the working directory. Exit
    /// code 2 for what is wrong with it.
    pub fn instead(profile: &Profile, name: &str) -> Result<Self> {
        let format = Format::of(name).map_err(NoFormat::alone)?;
        let folder = if name.contains('/') { Some(Path::new(".")) } else { profile.folder() };
        let source = catalog::find_template(name, folder)?;
        Self::new(source, Writer { format, formula_guard: profile.escaping.formula_guard })
    }

    fn new(source: Source, writer: Writer) -> Result<Self> {
        let mut engine = Handlebars::new();
        engine.set_strict_mode(true);
        engine.register_escape_fn(move |text| writer.escape(text));
        // It would write to a log that nobody reads.
        engine.unregister_helper("log");
        helpers::register(&mut engine, writer);
        let guard = Guard::default();
        guard.register(&mut engine);
        let partials = partials::load(&mut engine, &source, writer.format)?;
        let plan = plan::plan(&engine, MAIN);
        Ok(Self { source, partials, format: writer.format, engine, guard, plan })
    }

    /// Where the template was found.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The template and all that it includes.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        std::iter::once(&self.source).chain(self.partials.values())
    }

    /// Where a value stands in the template, or in what it includes, otherwise than its format is escaped for.
    #[must_use]
    pub fn warnings(&self) -> Vec<Diagnostic> {
        self.sources().flat_map(|source| lint::warnings(source, self.format)).collect()
    }

    /// The whole output for this data; see [`Facts::data`].
    pub fn render(&self, data: Value) -> Result<String> {
        let mut output = Vec::new();
        self.render_into(data, &mut output)?;
        String::from_utf8(output).map_err(|error| Error::failed("the rendering is not text").because(error))
    }

    /// The same, written to `out` as it comes.
    pub fn render_into(&self, data: Value, out: &mut impl Write) -> Result<()> {
        let Some(template) = self.engine.get_template(MAIN) else {
            return Err(Error::failed("the template is not there any more"));
        };
        self.guard.reset();
        let context = Context::from(data);
        let mut rendering = RenderContext::new(None);
        template
            .render(&self.engine, &context, &mut rendering, &mut stream::Out(out))
            .map_err(|error| self.problem(&error, &context, &rendering))
    }

    /// A rendering that takes each group as it arrives; none if the template needs all of them at once, as
    /// [`obstacle`](Self::obstacle) says. What it writes is the same either way.
    pub fn stream<'t, W: Restart>(&'t self, facts: &'t Facts<'t>, out: &'t mut W) -> Option<Stream<'t, W>> {
        self.plan.as_ref().ok().map(|plan| Stream::new(self, plan, facts, out))
    }

    /// What makes the template need all groups at once.
    #[must_use]
    pub fn obstacle(&self) -> Option<Diagnostic> {
        let obstacle = self.plan.as_ref().err()?;
        let source = problem::source_of(&obstacle.name, &self.source, &self.partials);
        let span = problem::span(&source.text, obstacle.position);
        Some(Diagnostic::warning(source.display_path(), Arc::clone(&source.text), span, &obstacle.why))
    }

    /// What went wrong in a rendering, with its place and what was there.
    fn problem(&self, error: &RenderError, context: &Context, rendering: &RenderContext<'_, '_>) -> Error {
        if let RenderErrorReason::IOError(error) = error.reason() {
            return Error::failed("can't hold the output until it is whole").because(error);
        }
        let hint = self.guard.take_hint().unwrap_or_else(|| Hint::of(error, context, rendering));
        problem::in_rendering(&self.source, &self.partials, error, hint)
    }

    /// Renders the built-in sample, so that a mistake shows before a run meets it.
    pub fn render_sample(&self, profile: &Profile) -> Result<String> {
        let environment = profile.environment.name.as_deref().unwrap_or("production");
        self.render(Facts::now(profile, environment)?.data(parse_groups(SAMPLE.as_bytes())?))
    }
}

/// Parses one file.
fn parse(source: &Source) -> Result<handlebars::Template> {
    if let Some((span, message)) = nesting::too_deep(&source.text) {
        return Err(problem::too_deep(source, span, message));
    }
    handlebars::Template::compile(&source.text).map_err(|error| problem::in_syntax(source, &error))
}

/// The name of a file without its folder, for deciding on its format.
fn file_name(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}
