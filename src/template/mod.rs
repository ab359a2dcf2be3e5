//! A Handlebars template, escaped by its format: groups in, text out.
//!
//! Templates are strict: a variable, helper or partial that is not there is an error, never an empty string.

mod data;
mod escape;
mod format;
mod helpers;
mod lint;
mod problem;

use std::path::Path;

use handlebars::{Context, Handlebars};
use serde_json::Value;

pub use data::data;
pub use format::Format;

use format::Writer;

use crate::Result;
use crate::diagnostic::Diagnostic;
use crate::globus::parse_groups;
use crate::profile::Profile;
use crate::search::{self, Source};

/// Groups as the service sends them, for rendering a template without asking anybody.
const SAMPLE: &str = include_str!("sample.json");

/// The name a template has inside its engine.
const NAME: &str = "template";

/// A template that has been parsed.
#[derive(Debug)]
pub struct Template {
    source: Source,
    format: Format,
    engine: Handlebars<'static>,
}

impl Template {
    /// Finds and parses the template of a profile. A mistake in it is shown with its place; exit code 2.
    pub fn of(profile: &Profile) -> Result<Self> {
        let format = Format::of(&profile.template).map_err(|unknown| unknown.in_profile(profile))?;
        let source = search::find_template(&profile.template, profile.folder())?;
        Self::parse(source, Writer { format, formula_guard: profile.escaping.formula_guard })
    }

    fn parse(source: Source, writer: Writer) -> Result<Self> {
        let mut engine = Handlebars::new();
        engine.set_strict_mode(true);
        engine.register_escape_fn(move |text| writer.escape(text));
        // It would write to a log that nobody reads.
        engine.unregister_helper("log");
        helpers::register(&mut engine, writer);
        if let Err(error) = engine.register_template_string(NAME, &source.text) {
            return Err(problem::in_syntax(&source, &error));
        }
        Ok(Self { source, format: writer.format, engine })
    }

    /// Where the template was found.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Where a value stands in the template otherwise than its format is escaped for.
    #[must_use]
    pub fn warnings(&self) -> Vec<Diagnostic> {
        lint::warnings(&self.source, self.format)
    }

    /// The whole output for this data; see [`data()`].
    pub fn render(&self, data: Value) -> Result<String> {
        self.engine
            .render_with_context(NAME, &Context::from(data))
            .map_err(|error| problem::in_rendering(&self.source, &error))
    }

    /// Renders the built-in sample, so that a mistake shows before a run meets it.
    pub fn render_sample(&self, profile: &Profile) -> Result<String> {
        self.render(data(profile, parse_groups(SAMPLE.as_bytes())?))
    }
}

/// The name of a file without its folder, for deciding on its format.
fn file_name(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}
