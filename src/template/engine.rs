//! A parsed template and its rendering.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::files::{File, Files};
use super::obstacle::Obstacle;
use super::plan::Plan;
use super::reads::{Reads, Unfetched, reads};
use super::{partials, problem, raw_values};
use crate::catalog::{self, Origin, SourceText};
use crate::data::{CHANGES, Fields, SourceName, Sources, Value, add_fields_of_changes};
use crate::diagnostic::{Diagnostic, clean};
use crate::profile::{NamedTemplate, Output, Profile};
use crate::{Error, Result};
use globus_templates::Writer;
use globus_templates::evaluate::{Done, Evaluator, FaultLog};
use globus_templates::helpers::HelperState;
use globus_templates::landing::Followed;
use globus_templates::landing::Sink;
use globus_templates::program::{Body, compile};
use globus_templates::{Format, UnknownFormat};

/// A parsed template with its partials.
#[derive(Debug)]
pub struct Template {
    files: Files,
    pub(super) main: Body,
    partials: BTreeMap<String, Body>,
    writer: Writer,
    plan: Plan,
    fields: Fields,
    unfetched: Vec<Unfetched>,
    /// The file of the profile, as a message names it.
    profile: String,
    /// Whether the whole output has to be of the format.
    validate: bool,
    /// Whether values are followed to where they land.
    follows: bool,
    byte_order_mark: bool,
    faults: FaultLog,
}

impl Template {
    /// Finds and parses the template of an output. A mistake in it is shown with its place; exit code 2.
    pub fn of(profile: &Profile, output: &Output) -> Result<Self> {
        let template = &output.template;
        let format = Format::of(&template.name).map_err(|unknown| unknown_format(&unknown, template))?;
        let source = catalog::find_template(&template.name, template.folder())?;
        Self::for_output(profile, output, source, format)
    }

    /// A template that overrides that of the output: a name, or a path from the working directory. Exit code 2 for a
    /// mistake in it.
    pub fn overriding(profile: &Profile, output: &Output, name: &str) -> Result<Self> {
        let folder = if name.contains('/') { None } else { profile.folder() };
        let source = catalog::find_template(name, folder).map_err(|error| with_path_hint(error, name))?;
        let format = Format::of(name)
            .map_err(|unknown| Error::usage(unknown.to_string()).because(WHY_FORMAT).help(unknown.help()))?;
        Self::for_output(profile, output, source, format)
    }

    /// A template of this text for an output.
    pub fn for_output(
        profile: &Profile,
        output: &Output,
        source: SourceText,
        format: Format,
    ) -> Result<Self> {
        let writer = Writer {
            format,
            formula_guard: profile.escaping.formula_guard,
            line_ends: profile.escaping.line_ends.into(),
        };
        let file = profile.origin.file().map(|file| clean(&file.to_string_lossy()));
        let file = file.unwrap_or_else(|| "a profile of your own".to_owned());
        Ok(Self {
            validate: output.validate,
            byte_order_mark: output.byte_order_mark && format.may_have_byte_order_mark(),
            ..Self::reading(source, writer, &Sources::of(profile), file)?
        })
    }

    /// A template that reads these sources. `profile` is the file of the profile, as a message names it.
    pub(super) fn reading(
        source: SourceText,
        writer: Writer,
        sources: &Sources,
        profile: String,
    ) -> Result<Self> {
        let template = Self::new(source, writer, sources)?;
        if !template.unfetched.is_empty() {
            return Err(problem::unfetched(&template.files, &template.unfetched, sources, &profile));
        }
        Ok(Self { profile, ..template })
    }

    /// What it reads is not compared with the sources.
    pub(super) fn new(source: SourceText, writer: Writer, sources: &Sources) -> Result<Self> {
        let files = partials::load(source, writer.format)?;
        let mut mistakes = Vec::new();
        let mut compiled = |file: &File, is_main| {
            let (body, found) = compile(&file.tree, is_main);
            mistakes.extend(found.into_iter().map(|mistake| problem::in_template(&file.source, mistake)));
            body
        };
        let main = compiled(&files.main, true);
        let mut partials = BTreeMap::new();
        for (name, file) in &files.partials {
            partials.insert(name.clone(), compiled(file, false));
        }
        problem::together(mistakes)?;
        let mut reads = reads(&main, &partials, sources);
        add_fields_of_changes(&mut reads.fields, sources);
        let plan = Plan::of(&files, &main, &reads, sources);
        let Reads { fields, unfetched, .. } = reads;
        Ok(Self {
            files,
            main,
            partials,
            writer,
            plan,
            fields,
            unfetched,
            profile: "the profile".to_owned(),
            validate: true,
            follows: true,
            byte_order_mark: false,
            faults: FaultLog::default(),
        })
    }

    /// Renders a template of this program, such as the one of a new profile. The output is not looked at.
    pub fn render_own(text: &'static str, format: Format, data: impl Into<Value>) -> Result<String> {
        let source = SourceText { name: "own".to_owned(), origin: Origin::Embedded, text: text.into() };
        let template = Self::new(source, Writer::plain(format), &Sources::default())?;
        let mut out = Followed::new(Vec::new(), Format::Text, false);
        template.render_into(&data.into(), &HelperState::default(), &mut out)?;
        template.whole(out)
    }

    /// Refuses nothing. For `benches/rendering.rs`, which measures what following values costs.
    #[must_use]
    pub fn without_following(self) -> Self {
        Self { follows: false, ..self }
    }

    /// Where the template was found.
    #[must_use]
    pub fn source(&self) -> &SourceText {
        &self.files.main.source
    }

    /// The template and its partials.
    pub fn sources(&self) -> impl Iterator<Item = &SourceText> {
        self.files.all().map(|file| &file.source)
    }

    /// Raw values from outside, in the template and its partials.
    #[must_use]
    pub fn warnings(&self) -> Vec<Diagnostic> {
        self.files.all().flat_map(|file| raw_values::warnings(file, self.writer.format)).collect()
    }

    /// The whole output for this data; see [`TemplateContext`](crate::data::TemplateContext).
    pub fn render(&self, data: impl Into<Value>) -> Result<String> {
        let mut output = self.follow(Vec::new());
        self.render_into(&data.into(), &HelperState::default(), &mut output)?;
        self.whole(output)
    }

    fn whole(&self, output: Followed<Vec<u8>>) -> Result<String> {
        String::from_utf8(self.complete(output)?)
            .map_err(|error| Error::failed("the rendering is not text").because(error))
    }

    /// An output of this template, whose values are followed.
    pub(super) fn follow<W: Write>(&self, out: W) -> Followed<W> {
        // Text is written as it is.
        let format = if self.follows { self.writer.format } else { Format::Text };
        let followed = Followed::new(out, format, self.validate);
        if self.byte_order_mark { followed.with_byte_order_mark() } else { followed }
    }

    /// The end of an output.
    pub(super) fn complete<W: Write>(&self, output: Followed<W>) -> Result<W> {
        output.finish().map_err(|error| problem::at_the_end(self.source(), &error))
    }

    /// Like [`render`](Self::render), written to `out` in pieces.
    pub(super) fn render_into(&self, data: &Value, state: &HelperState, out: &mut dyn Sink) -> Result<()> {
        self.render_part(data, state, |evaluator| evaluator.steps(&self.main.steps, out))
    }

    /// Renders a part of the template with this data.
    pub(super) fn render_part(
        &self,
        data: &Value,
        state: &HelperState,
        render: impl FnOnce(&Evaluator<'_>) -> Done,
    ) -> Result<()> {
        let evaluator = Evaluator::new(&self.main, &self.partials, data, self.writer, state, &self.faults);
        render(&evaluator).map_err(|fault| problem::in_rendering(&self.files, *fault, &self.profile))
    }

    /// What is wrong at each place that this rendering reaches, if it goes on after a fault.
    pub(super) fn every_fault(&self, render: impl FnOnce()) -> Vec<Error> {
        self.faults.start();
        render();
        let faults = self.faults.take().into_iter();
        faults.map(|fault| problem::in_rendering(&self.files, fault, &self.profile)).collect()
    }

    /// The step that renders each row as it arrives, if the template can do so.
    pub(super) fn plan(&self) -> Option<usize> {
        self.plan.each.as_ref().ok().copied()
    }

    /// The list whose rows a rendering takes one by one. It gets all others that it reads before them.
    #[must_use]
    pub fn main(&self) -> &SourceName {
        &self.plan.main
    }

    /// What the template reads of its data.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Whether it reads what has changed since the last delivered run.
    #[must_use]
    pub fn reads_changes(&self) -> bool {
        self.fields.of(CHANGES).is_some()
    }

    /// Whether it reads what is known only after the last row: what became of the lists, or what has changed.
    #[must_use]
    pub fn reads_what_ends_last(&self) -> bool {
        self.fields().of("sources").is_some() || self.reads_changes()
    }

    /// What makes the template need all rows of its main list at once.
    #[must_use]
    pub fn obstacle(&self) -> Option<Diagnostic> {
        let Obstacle { file, span, why } = self.plan.each.as_ref().err()?;
        let source = &self.files.file(file.as_deref()).source;
        Some(Diagnostic::warning(source.display_path(), Arc::clone(&source.text), span.clone(), why))
    }
}

const WHY_FORMAT: &str = "the extension before `.hbs` decides how values are escaped";

/// The error for a template that a profile names, shown at its place there.
fn unknown_format(unknown: &UnknownFormat, template: &NamedTemplate) -> Error {
    let diagnostic = template.place.error(unknown.to_string());
    Error::usage("no format is known for the template")
        .because(WHY_FORMAT)
        .with(vec![diagnostic.help(unknown.help())])
}

/// The bare name of a file in the working directory, which is not searched, is probably meant as a path.
fn with_path_hint(error: Error, name: &str) -> Error {
    if !name.contains('/') && Path::new(name).is_file() {
        return error.help(format!("to use the file in this folder, write `./{name}`"));
    }
    error
}
