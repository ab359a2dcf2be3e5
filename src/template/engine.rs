//! A parsed template and its rendering.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use handlebars::{Context, Handlebars, Output, RenderContext, RenderError, RenderErrorReason, Renderable};
use serde_json::Value;

use super::format::{Format, UnknownFormat};
use super::hint::Hint;
use super::landing::{Followed, Refusal};
use super::obstacle::Obstacle;
use super::parse::MAIN;
use super::partial_frame::PartialFrame;
use super::plan::{Plan, plan};
use super::writer::Writer;
use super::{author_value, helpers, partials, problem, raw_values};
use crate::catalog::{self, SourceText};
use crate::data::GROUPS;
use crate::diagnostic::{Diagnostic, clean};
use crate::profile::Profile;
use crate::{Error, Result};

/// A parsed template with its partials.
#[derive(Debug)]
pub struct Template {
    source: SourceText,
    partials: BTreeMap<String, SourceText>,
    format: Format,
    engine: Handlebars<'static>,
    partial_frame: PartialFrame,
    plan: Result<Plan, Obstacle>,
    /// The file of the profile, as a message names it.
    profile: String,
    /// Whether the whole output has to be of the format.
    validate: bool,
    byte_order_mark: bool,
}

impl Template {
    /// Finds and parses the template of a profile. A mistake in it is shown with its place; exit code 2.
    pub fn of(profile: &Profile) -> Result<Self> {
        let format = Format::of(&profile.template).map_err(|unknown| unknown.in_profile(profile))?;
        let source = catalog::find_template(&profile.template, profile.folder())?;
        Self::for_profile(profile, source, format)
    }

    /// A template that overrides the profile's: a name, or a path from the working directory. Exit code 2 for a mistake
    /// in it.
    pub fn overriding(profile: &Profile, name: &str) -> Result<Self> {
        let folder = if name.contains('/') { None } else { profile.folder() };
        let source = catalog::find_template(name, folder).map_err(|error| with_path_hint(error, name))?;
        let format = Format::of(name).map_err(UnknownFormat::alone)?;
        Self::for_profile(profile, source, format)
    }

    fn for_profile(profile: &Profile, source: SourceText, format: Format) -> Result<Self> {
        let writer = Writer { format, formula_guard: profile.escaping.formula_guard };
        let file = profile.origin.file().map(|file| clean(&file.to_string_lossy()));
        Ok(Self {
            profile: file.unwrap_or_else(|| "a profile of your own".to_owned()),
            validate: profile.output.validate.get(),
            byte_order_mark: profile.output.byte_order_mark && format.may_have_byte_order_mark(),
            ..Self::new(source, writer)?
        })
    }

    pub(super) fn new(source: SourceText, writer: Writer) -> Result<Self> {
        let mut engine = Handlebars::new();
        engine.set_strict_mode(true);
        engine.register_escape_fn(move |text| writer.write(text));
        // Its log would not be shown anywhere.
        engine.unregister_helper("log");
        helpers::register_builtins(&mut engine);
        author_value::register(&mut engine, writer);
        let partial_frame = PartialFrame::default();
        partial_frame.register(&mut engine);
        let partials = partials::load(&mut engine, &source, writer)?;
        let plan = plan(&engine, MAIN, GROUPS.name);
        Ok(Self {
            source,
            partials,
            format: writer.format,
            engine,
            partial_frame,
            plan,
            profile: "the profile".to_owned(),
            validate: true,
            byte_order_mark: false,
        })
    }

    /// Where the template was found.
    #[must_use]
    pub fn source(&self) -> &SourceText {
        &self.source
    }

    /// The template and its partials.
    pub fn sources(&self) -> impl Iterator<Item = &SourceText> {
        std::iter::once(&self.source).chain(self.partials.values())
    }

    /// Raw values from outside, in the template and its partials.
    #[must_use]
    pub fn warnings(&self) -> Vec<Diagnostic> {
        self.sources().flat_map(|source| raw_values::warnings(source, self.format)).collect()
    }

    /// The whole output for this data; see [`TemplateContext`](crate::data::TemplateContext).
    pub fn render(&self, data: Value) -> Result<String> {
        let mut output = self.follow(Vec::new());
        self.render_into(data, &mut output)?;
        String::from_utf8(self.complete(output)?)
            .map_err(|error| Error::failed("the rendering is not text").because(error))
    }

    /// An output of this template, whose values are followed.
    pub(super) fn follow<W: Write>(&self, out: W) -> Followed<W> {
        let followed = Followed::new(out, self.format, self.validate);
        if self.byte_order_mark { followed.with_byte_order_mark() } else { followed }
    }

    /// The end of an output.
    pub(super) fn complete<W: Write>(&self, output: Followed<W>) -> Result<W> {
        output.finish().map_err(|error| match refusal(&error) {
            Some(refusal) => problem::at_the_end(&self.source, refusal),
            None => cannot_spool(&error),
        })
    }

    /// Like [`render`](Self::render), written to `out` in pieces.
    pub(super) fn render_into(&self, data: Value, out: &mut Followed<impl Write>) -> Result<()> {
        let Some(template) = self.engine.get_template(MAIN) else {
            return Err(Error::failed("the template is missing"));
        };
        self.partial_frame.reset();
        let context = Context::from(data);
        self.render_part(template, &context, &mut RenderContext::new(None), out)
    }

    /// Renders the template or a part of it, in a scope that the caller has prepared.
    pub(super) fn render_part<'t>(
        &'t self,
        part: &'t handlebars::Template,
        context: &'t Context,
        rendering: &mut RenderContext<'t, 't>,
        out: &mut Followed<impl Write>,
    ) -> Result<()> {
        let result = part.render(&self.engine, context, rendering, &mut Out(out));
        result.map_err(|error| self.problem(&error, context, rendering))
    }

    /// Call this before the parts of a rendering.
    pub(super) fn reset(&self) {
        self.partial_frame.reset();
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

    /// What went wrong in a rendering, with its place and a hint.
    fn problem(&self, error: &RenderError, context: &Context, rendering: &RenderContext<'_, '_>) -> Error {
        if let RenderErrorReason::IOError(cause) = error.reason() {
            return match refusal(cause) {
                Some(refusal) => problem::refused(&self.source, &self.partials, error, refusal),
                None => cannot_spool(cause),
            };
        }
        let hint = self.partial_frame.take_hint().unwrap_or_else(|| Hint::of(error, context, rendering));
        problem::in_rendering(&self.source, &self.partials, error, hint.for_profile(&self.profile))
    }
}

/// The bare name of a file in the working directory, which is not searched, is probably meant as a path.
fn with_path_hint(error: Error, name: &str) -> Error {
    if !name.contains('/') && Path::new(name).is_file() {
        return error.help(format!("to use the file in this folder, write `./{name}`"));
    }
    error
}

fn refusal(error: &io::Error) -> Option<&Refusal> {
    error.get_ref()?.downcast_ref()
}

fn cannot_spool(error: &io::Error) -> Error {
    Error::failed("can't store the output temporarily").because(error)
}

/// The output, as the engine writes to it.
struct Out<'o, W>(&'o mut Followed<W>);

impl<W: Write> Output for Out<'_, W> {
    fn write(&mut self, text: &str) -> io::Result<()> {
        self.0.write(text)
    }
}
