//! A mistake in a template, shown with its place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use handlebars::{RenderError, RenderErrorReason, TemplateError, TemplateErrorReason};

use super::helpers::{self, Misuse};
use super::hint::Hint;
use super::walk::Position;
use crate::Error;
use crate::catalog::Source;
use crate::diagnostic::{Diagnostic, nearest};

/// What is wrong, and what to do about it.
pub(super) struct Misplaced {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

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
    let help = Some("look for a `{{` or a `{{#block}}` that is not closed".to_owned());
    at(source, Position { line, column }, Misplaced { message, help })
}

/// The template nests too deep at these bytes.
pub(super) fn too_deep(source: &Source, span: Range<usize>, message: String) -> Error {
    shown(source, span, Misplaced { message, help: None })
}

/// The template asks for something that is not there. `hint` is what was.
pub(super) fn in_rendering(
    main: &Source,
    partials: &BTreeMap<String, Source>,
    error: &RenderError,
    hint: Hint,
) -> Error {
    let (message, help) = match error.reason() {
        RenderErrorReason::MissingVariable(Some(name)) => (format!("there is no `{name}` here"), None),
        RenderErrorReason::MissingVariable(None) => ("there is no such value here".to_owned(), None),
        RenderErrorReason::HelperNotFound(name) => {
            let Misplaced { message, help } = no_helper(name);
            (message, help)
        }
        RenderErrorReason::PartialNotFound(name) => {
            (format!("there is no partial `{name}`"), Some(known_partials(name, partials)))
        }
        RenderErrorReason::CannotIncludeSelf => {
            let help = "include it inside of a block, such as `{{#each}}`, that ends some time";
            ("a partial cannot include itself for ever".to_owned(), Some(help.to_owned()))
        }
        RenderErrorReason::ParamNotFoundForIndex(helper, index) => {
            (format!("`{helper}` lacks its argument number {}", index + 1), None)
        }
        RenderErrorReason::NestedError(error) => {
            let misuse = error.downcast_ref::<Misuse>();
            (error.to_string(), misuse.map(|misuse| format!("it is written {}", misuse.signature())))
        }
        other => (other.to_string(), None),
    };
    let misplaced = Misplaced { message: hint.message.unwrap_or(message), help: help.or(hint.help) };
    let source = source_of(error.template_name.as_deref().unwrap_or_default(), main, partials);
    match (error.line_no, error.column_no) {
        (Some(line), Some(column)) => at(source, Position { line, column }, misplaced),
        _ => Error::usage(format!("can't render the template {}", source.origin)).because(misplaced.message),
    }
}

/// The help for a partial whose name was worked out while rendering, and is none.
fn known_partials(name: &str, sources: &BTreeMap<String, Source>) -> String {
    let names = sources.keys().map(String::as_str);
    match nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a name that is worked out must also stand somewhere as `{{> name}}`".to_owned(),
    }
}

/// The file that a template of this name is in.
pub(super) fn source_of<'s>(
    name: &str,
    main: &'s Source,
    partials: &'s BTreeMap<String, Source>,
) -> &'s Source {
    // The name of an inline partial begins with that of the file it is in.
    let name = name.split('\0').next().unwrap_or_default();
    partials.get(name).unwrap_or(main)
}

/// A helper that is not there.
pub(super) fn no_helper(name: &str) -> Misplaced {
    let near = nearest(name, helpers::names());
    let help = near.map(|near| format!("did you mean `{near}`?"));
    Misplaced { message: format!("there is no helper `{name}`"), help }
}

/// A mistake at the tag that starts there.
pub(super) fn at(source: &Source, position: Position, misplaced: Misplaced) -> Error {
    shown(source, span(&source.text, position), misplaced)
}

fn shown(source: &Source, span: Range<usize>, misplaced: Misplaced) -> Error {
    let Misplaced { message, help } = misplaced;
    let mut diagnostic = Diagnostic::error(source.display_path(), Arc::clone(&source.text), span, message);
    diagnostic.help = help;
    Error::usage("the template has a mistake").with(vec![diagnostic])
}

/// The bytes of the tag that starts there.
pub(super) fn span(text: &str, Position { line, column }: Position) -> Range<usize> {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &text[start..];
    let rest = rest.split('\n').next().unwrap_or(rest);
    let offset = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    let expression = &rest[offset..];
    let length = expression.find("}}").map_or(expression.len(), |end| end + 2);
    start + offset..start + offset + length
}
