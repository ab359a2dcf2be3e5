//! A mistake in a template, shown with its place.

use std::ops::Range;
use std::sync::Arc;

use handlebars::{RenderError, RenderErrorReason, TemplateError, TemplateErrorReason};

use super::helpers::{self, Misuse};
use crate::Error;
use crate::diagnostic::{Diagnostic, nearest};
use crate::search::Source;

/// The template can't be parsed.
pub(super) fn in_syntax(source: &Source, error: &TemplateError) -> Error {
    let (line, column) = error.pos().unwrap_or((1, 1));
    let message = match error.reason() {
        TemplateErrorReason::MismatchingClosedHelper(opened, closed)
        | TemplateErrorReason::MismatchingClosedDecorator(opened, closed) => {
            format!("`{opened}` was opened, but `{closed}` is closed")
        }
        TemplateErrorReason::InvalidSyntax(_) => "this is not Handlebars".to_owned(),
        other => other.to_string(),
    };
    let help = "look for a `{{` or a `{{#block}}` that is not closed";
    at(source, line, column, message, Some(help.to_owned()))
}

/// The template asks for something that is not there.
pub(super) fn in_rendering(source: &Source, error: &RenderError) -> Error {
    let (message, help) = match error.reason() {
        RenderErrorReason::MissingVariable(Some(name)) => (format!("there is no `{name}` here"), None),
        RenderErrorReason::MissingVariable(None) => ("there is no such value here".to_owned(), None),
        RenderErrorReason::HelperNotFound(name) => {
            let near = nearest(name, helpers::names());
            let help = near.map(|near| format!("did you mean `{near}`?"));
            (format!("there is no helper `{name}`"), help)
        }
        RenderErrorReason::PartialNotFound(name) => (format!("there is no partial `{name}`"), None),
        RenderErrorReason::ParamNotFoundForIndex(helper, index) => {
            (format!("`{helper}` lacks its argument number {}", index + 1), None)
        }
        RenderErrorReason::NestedError(error) => {
            let misuse = error.downcast_ref::<Misuse>();
            (error.to_string(), misuse.map(|misuse| format!("it is written {}", misuse.function.signature)))
        }
        other => (other.to_string(), None),
    };
    match (error.line_no, error.column_no) {
        (Some(line), Some(column)) => at(source, line, column, message, help),
        _ => Error::usage(format!("can't render the template {}", source.origin)).because(message),
    }
}

fn at(source: &Source, line: usize, column: usize, message: String, help: Option<String>) -> Error {
    let span = span(&source.text, line, column);
    let mut diagnostic = Diagnostic::error(source.display_path(), Arc::clone(&source.text), span, message);
    diagnostic.help = help;
    Error::usage("the template has a mistake").with(vec![diagnostic])
}

/// The bytes of the expression that starts at this line and column, both counted from 1.
fn span(text: &str, line: usize, column: usize) -> Range<usize> {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &text[start..];
    let rest = rest.split('\n').next().unwrap_or(rest);
    let offset = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    let expression = &rest[offset..];
    let length = expression.find("}}").map_or(expression.len(), |end| end + 2);
    start + offset..start + offset + length
}
