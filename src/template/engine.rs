//! A parsed template and its rendering.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use handlebars::{Context, Handlebars, Output, RenderContext, RenderError, RenderErrorReason, Renderable};
use serde_json::Value;

use super::format::{Format, NoFormat, Writer};
use super::hint::Hint;
use super::parse::MAIN;
use super::partials::{self, Guard};
use super::plan::{self, Obstacle, Plan};
use super::{helpers, lint, problem};
use crate::catalog::{self, Source};
use crate::data::GROUPS;
use crate::diagnostic::Diagnostic;
use crate::profile::Profile;
use crate::{Error, Result};

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

    pub(super) fn new(source: Source, writer: Writer) -> Result<Self> {
        let mut engine = Handlebars::new();
        engine.set_strict_mode(true);
        engine.register_escape_fn(move |text| writer.escape(text));
        // It would write to a log that nobody reads.
        engine.unregister_helper("log");
        helpers::register(&mut engine, writer);
        let guard = Guard::default();
        guard.register(&mut engine);
        let partials = partials::load(&mut engine, &source, writer.format)?;
        let plan = plan::plan(&engine, MAIN, GROUPS);
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

    /// The whole output for this data; see [`TemplateContext`](crate::data::TemplateContext).
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
        self.render_part(template, &context, &mut RenderContext::new(None), out)
    }

    /// Renders the template or a part of it, in a scope that the caller has prepared.
    pub(super) fn render_part<'t>(
        &'t self,
        part: &'t handlebars::Template,
        context: &'t Context,
        rendering: &mut RenderContext<'t, 't>,
        out: &mut impl Write,
    ) -> Result<()> {
        let result = part.render(&self.engine, context, rendering, &mut Out(out));
        result.map_err(|error| self.problem(&error, context, rendering))
    }

    /// To be called before the parts of a rendering.
    pub(super) fn reset(&self) {
        self.guard.reset();
    }

    /// How the template renders each row as it arrives, if it can.
    pub(super) fn plan(&self) -> Option<&Plan> {
        self.plan.as_ref().ok()
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
            return Error::failed("can't store the output temporarily").because(error);
        }
        let hint = self.guard.take_hint().unwrap_or_else(|| Hint::of(error, context, rendering));
        problem::in_rendering(&self.source, &self.partials, error, hint)
    }
}

/// The output as the engine writes to it.
struct Out<'o, W>(&'o mut W);

impl<W: Write> Output for Out<'_, W> {
    fn write(&mut self, text: &str) -> io::Result<()> {
        self.0.write_all(text.as_bytes())
    }
}
