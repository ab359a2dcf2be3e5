//! Mistakes in a template, each shown with its place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use handlebars::{RenderError, RenderErrorReason, TemplateError, TemplateErrorReason};

use super::helpers::{self, Misuse};
use super::hint::Hint;
use super::landing::Refusal;
use super::syntax::{self, SyntaxMistake};
use super::walk::Position;
use crate::Error;
use crate::catalog::SourceText;
use crate::diagnostic::{Diagnostic, nearest};

/// What is wrong with a place of a template, and what to do about it.
pub(super) struct Explanation {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

pub(super) fn in_syntax(source: &SourceText, error: &TemplateError) -> Error {
    let (line, column) = error.pos().unwrap_or((1, 1));
    let position = Position { line, column };
    if let TemplateErrorReason::InvalidSyntax(_) = error.reason()
        && let Some(SyntaxMistake { span, message, help }) =
            syntax::mistake(&source.text, span(&source.text, position).start)
    {
        return shown(source, span, Explanation { message, help });
    }
    let message = match error.reason() {
        TemplateErrorReason::MismatchingClosedHelper(opened, closed)
        | TemplateErrorReason::MismatchingClosedDecorator(opened, closed) => {
            format!("`{opened}` was opened, but `{closed}` is closed")
        }
        TemplateErrorReason::InvalidSyntax(_) => "this is not Handlebars".to_owned(),
        other => other.to_string(),
    };
    let help = Some("look for an unclosed `{{` or `{{#block}}`".to_owned());
    at(source, position, Explanation { message, help })
}

/// A template that is beyond a limit at these bytes.
pub(super) fn beyond_limit(source: &SourceText, span: Range<usize>, message: String) -> Error {
    shown(source, span, Explanation { message, help: None })
}

/// An error of a rendering. `hint` shows what was in scope.
pub(super) fn in_rendering(
    main: &SourceText,
    partials: &BTreeMap<String, SourceText>,
    error: &RenderError,
    hint: Hint,
) -> Error {
    let mut depends_on_data = hint.depends_on_data;
    let (message, help) = match error.reason() {
        RenderErrorReason::MissingVariable(Some(name)) => (format!("there is no `{name}` here"), None),
        RenderErrorReason::MissingVariable(None) => {
            // A helper looked for it, by a name that can be computed.
            depends_on_data = true;
            ("there is no such value here".to_owned(), None)
        }
        RenderErrorReason::HelperNotFound(name) => {
            let Explanation { message, help } = no_helper(name);
            (message, help)
        }
        RenderErrorReason::PartialNotFound(name) => {
            // A name that the template writes out is looked for before.
            depends_on_data = true;
            (format!("there is no partial `{name}`"), Some(known_partials(name, partials)))
        }
        RenderErrorReason::CannotIncludeSelf => {
            let help = "include it inside a block that ends, such as `{{#each}}`";
            ("a partial can't include itself endlessly".to_owned(), Some(help.to_owned()))
        }
        RenderErrorReason::ParamNotFoundForIndex(helper, index) => {
            (format!("`{helper}` lacks its argument number {}", index + 1), None)
        }
        RenderErrorReason::NestedError(error) => {
            let misuse = error.downcast_ref::<Misuse>();
            depends_on_data = misuse.is_some_and(|misuse| misuse.depends_on_data);
            (error.to_string(), misuse.map(|misuse| format!("write {}", misuse.signature())))
        }
        other => (other.to_string(), None),
    };
    let explanation = Explanation { message: hint.message.unwrap_or(message), help: help.or(hint.help) };
    Error { depends_on_data, ..at_place_of(main, partials, error, explanation) }
}

/// An output that is refused while it is rendered.
pub(super) fn refused(
    main: &SourceText,
    partials: &BTreeMap<String, SourceText>,
    error: &RenderError,
    refusal: &Refusal,
) -> Error {
    let explanation = Explanation { message: refusal.to_string(), help: Some(refusal.help()) };
    at_place_of(main, partials, error, explanation)
}

/// An output that is refused at its end.
pub(super) fn at_the_end(main: &SourceText, refusal: &Refusal) -> Error {
    Error::usage(format!("can't deliver what the template {} renders", main.display_path()))
        .because(refusal)
        .help(refusal.help())
}

fn at_place_of(
    main: &SourceText,
    partials: &BTreeMap<String, SourceText>,
    error: &RenderError,
    explanation: Explanation,
) -> Error {
    let source = source_of(error.template_name.as_deref().unwrap_or_default(), main, partials);
    match (error.line_no, error.column_no) {
        (Some(line), Some(column)) => at(source, Position { line, column }, explanation),
        _ => {
            Error::usage(format!("can't render the template {}", source.origin)).because(explanation.message)
        }
    }
}

/// The help for a computed name that is not the name of a partial.
fn known_partials(name: &str, sources: &BTreeMap<String, SourceText>) -> String {
    let names = sources.keys().map(String::as_str);
    match nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a computed name must also appear somewhere as `{{> name}}`".to_owned(),
    }
}

/// The file of the partial with this name, or of the main template.
pub(super) fn source_of<'s>(
    name: &str,
    main: &'s SourceText,
    partials: &'s BTreeMap<String, SourceText>,
) -> &'s SourceText {
    // The name of an inline partial begins with the name of its file.
    let name = name.split('\0').next().unwrap_or_default();
    partials.get(name).unwrap_or(main)
}

pub(super) fn no_helper(name: &str) -> Explanation {
    Explanation { message: format!("there is no helper `{name}`"), help: helpers::instead_of(name) }
}

/// A mistake in the tag that starts at this position.
pub(super) fn at(source: &SourceText, position: Position, explanation: Explanation) -> Error {
    shown(source, span(&source.text, position), explanation)
}

fn shown(source: &SourceText, span: Range<usize>, explanation: Explanation) -> Error {
    let Explanation { message, help } = explanation;
    let mut diagnostic = Diagnostic::error(source.display_path(), Arc::clone(&source.text), span, message);
    diagnostic.help = help;
    Error::usage("the template has a mistake").with(vec![diagnostic])
}

/// The bytes of the tag that starts at this position.
pub(super) fn span(text: &str, Position { line, column }: Position) -> Range<usize> {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &text[start..];
    let rest = rest.split('\n').next().unwrap_or(rest);
    let offset = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    let expression = &rest[offset..];
    let length = expression.find("}}").map_or(expression.len(), |end| end + 2);
    start + offset..start + offset + length
}
