//! The names of files of which each row has one.

use std::io;
use std::sync::Arc;

use super::engine::Template;
use crate::catalog::SourceText;
use crate::data::{Fields, Sources, Value};
use crate::diagnostic::clean;
use crate::profile::{EachFile, Place};
use crate::{Error, Result};
use globus_templates::Format;
use globus_templates::Writer;
use globus_templates::helpers::HelperState;
use globus_templates::landing::Sink;
use globus_templates::landing::ValueKind;

/// A template over a row, which makes the path of a file.
#[derive(Debug)]
pub struct FileNames {
    template: Template,
    place: Place,
}

impl FileNames {
    /// Exit code 2 for a mistake in it, which is shown in the profile.
    pub fn of(each: &EachFile) -> Result<Self> {
        let source = SourceText {
            name: "output.path".to_owned(),
            origin: each.place.origin.clone(),
            text: each.name.as_str().into(),
        };
        // Whatever a row is called, it has no lists that are fetched by themselves.
        let sources = Sources { groups: None, declared: Vec::new() };
        let place = each.place.clone();
        match Template::new(source, Writer::plain(Format::Text), &sources) {
            Ok(template) => Ok(Self { template, place }),
            Err(error) => Err(in_profile(error, &each.name, &place)),
        }
    }

    /// What it reads of a row.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        self.template.fields()
    }

    /// The name of the file of this row, which messages call `row`. A value in it can neither name another folder nor hide
    /// the file.
    pub fn name(&self, data: &Value, row: &str) -> Result<String> {
        let mut name = Name::default();
        let text = &self.template.source().text;
        self.template
            .render_into(data, &HelperState::default(), &mut name)
            .map_err(|error| in_profile(error, text, &self.place))?;
        match name.refused {
            None => Ok(name.text),
            Some(why) => Err(unusable(row, why)),
        }
    }
}

/// No file can be named after this row.
#[must_use]
pub fn unusable(row: &str, why: impl std::fmt::Display) -> Error {
    let mut error = Error::failed(format!("no file can be named after {row}"))
        .because(why)
        .help("`slug` makes a name of any text, as in path = \"lists/{{slug name}}-{{id}}.txt\"");
    error.depends_on_data = true;
    error
}

/// The same mistake, at the place of the path in the profile.
fn in_profile(mut error: Error, text: &str, place: &Place) -> Error {
    let shown = place.shown();
    let written = shown.get(place.span.clone()).unwrap_or_default();
    for diagnostic in &mut error.diagnostics {
        let own = std::mem::replace(&mut diagnostic.span, place.span.clone());
        if let Some(at) = written.find(text) {
            let start = place.span.start + at;
            diagnostic.span = start + own.start..start + own.end;
        }
        diagnostic.source = Arc::clone(&shown);
    }
    error.what = "the path of the output has a mistake".into();
    error
}

/// A name that is being written.
#[derive(Debug, Default)]
struct Name {
    text: String,
    /// Whether a value, which may be empty, is the last thing written.
    ends_in_value: bool,
    refused: Option<String>,
}

impl Name {
    fn is_at_start(&self) -> bool {
        self.text.is_empty() || self.text.ends_with('/')
    }

    fn refuse(&mut self, why: String) {
        self.refused.get_or_insert(why);
    }
}

impl Sink for Name {
    fn text(&mut self, text: &str) -> io::Result<()> {
        if self.ends_in_value && self.is_at_start() && text.starts_with('.') {
            self.refuse("what comes before the `.` is empty".to_owned());
        }
        self.ends_in_value &= text.is_empty();
        self.text.push_str(text);
        Ok(())
    }

    fn trusted(&mut self, value: &str) -> io::Result<()> {
        self.text(value)
    }

    fn author(&mut self, value: &str) -> io::Result<()> {
        self.text(value)
    }

    fn value(&mut self, value: &str, _: ValueKind) -> io::Result<()> {
        if value.contains('/') {
            self.refuse(format!("`{}` has a `/`, and would name another folder", clean(value)));
        } else if self.is_at_start() && value.starts_with('.') {
            self.refuse(format!("`{}` begins with a `.`", clean(value)));
        }
        self.ends_in_value = true;
        self.text.push_str(value);
        Ok(())
    }
}
