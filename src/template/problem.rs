//! Mistakes in a template, each shown with its place.

use std::sync::Arc;

use super::files::Files;
use super::reads::Unfetched;
use crate::catalog::SourceText;
use crate::data::Sources;
use crate::diagnostic::{Diagnostic, nearest};
use crate::{Error, Kind, Result};
use globus_templates::evaluate::{Fault, MAX_DEPTH, Reason};
use globus_templates::handlebars::{Mistake, Span};
use globus_templates::landing::Refusal;

/// What is wrong with a place of a template, and what to do about it.
pub(super) struct Explanation {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// A mistake that shows without data.
pub(super) fn in_template(source: &SourceText, mistake: Mistake) -> Error {
    let Mistake { span, message, help } = mistake;
    at(source, span, Explanation { message, help })
}

/// How many mistakes are shown. A person corrects the first ones and tries again.
const SHOWN_MAX: usize = 20;

/// Several mistakes as one error; those of a place once.
pub(super) fn together(mistakes: Vec<Error>) -> Result<()> {
    let mut all: Vec<Error> = Vec::new();
    let place = |error: &Error| error.diagnostics.first().map(|one| (one.path.clone(), one.position()));
    for mistake in mistakes {
        if !all.iter().any(|known| place(known).is_some() && place(known) == place(&mistake)) {
            all.push(mistake);
        }
    }
    // What is wrong with the output as a whole may come from the others.
    if all.iter().any(|error| !error.diagnostics.is_empty()) {
        all.retain(|error| !error.diagnostics.is_empty());
    }
    match (all.pop(), all.len() + 1) {
        (None, _) => Ok(()),
        (Some(only), 1) => Err(only),
        (Some(last), count) => {
            all.push(last);
            let mut diagnostics: Vec<Diagnostic> =
                all.into_iter().flat_map(|error| error.diagnostics).collect();
            diagnostics
                .sort_by(|one, other| (&one.path, one.span.start).cmp(&(&other.path, other.span.start)));
            diagnostics.truncate(SHOWN_MAX);
            let more =
                if count > SHOWN_MAX { format!("; the first {SHOWN_MAX} are shown") } else { String::new() };
            Err(Error::usage(format!("the template has {count} mistakes{more}")).with(diagnostics))
        }
    }
}

/// Every place that reads what the profile does not fetch.
pub(super) fn unfetched(files: &Files, places: &[Unfetched], sources: &Sources, profile: &str) -> Error {
    let diagnostic = |Unfetched { file, span, missing }: &Unfetched| {
        let source = &files.file(file.as_deref()).source;
        let (message, help) = missing.explanation(sources, profile);
        let (path, text) = (source.display_path(), Arc::clone(&source.text));
        Diagnostic::error(path, text, span.clone(), message).help(help)
    };
    Error::usage("the template reads what the profile does not fetch")
        .with(places.iter().map(diagnostic).collect())
}

/// What ended a rendering. `profile` is the file of the profile, as a message names it.
pub(super) fn in_rendering(files: &Files, fault: Fault, profile: &str) -> Error {
    let Fault { reason, file, span } = fault;
    let source = &files.file(file.as_deref()).source;
    let text = |span: Span| source.text.get(span).unwrap_or_default();
    let mut depends_on_data = false;
    let (message, help) = match reason {
        Reason::Missing { path, hint } => {
            let hint = hint.for_profile(profile);
            depends_on_data = hint.depends_on_data;
            let message = match path {
                Some(path) => format!("there is no `{}` here", text(path)),
                // A helper looked for it, by a name that can be computed.
                None => "there is no such value here".to_owned(),
            };
            (hint.message.unwrap_or(message), hint.help)
        }
        Reason::Unusable { path, what, is_null } => {
            depends_on_data = is_null || path.is_none();
            let value = path.map_or("the value".to_owned(), |path| format!("`{}`", text(path)));
            (format!("{value} is {what}, and there is no `{{{{else}}}}`"), None)
        }
        Reason::Misuse(misuse) => {
            depends_on_data = misuse.depends_on_data;
            (misuse.to_string(), Some(format!("write {}", misuse.signature())))
        }
        Reason::Hidden(hidden) => {
            // The template is right for what may be seen. Without it, other groups may render.
            let explanation = Explanation {
                message: format!("{hidden} are hidden from you"),
                help: Some(format!("ask before you use them: `{}`", hidden.question())),
            };
            let what = "the template uses what you may not see".into();
            return Error {
                kind: Kind::Failed,
                what,
                depends_on_data: true,
                ..at(source, span, explanation)
            };
        }
        Reason::Unfit { why, help } => {
            let explanation = Explanation { message: why, help: Some(help) };
            let what = "the data does not fit the profile".into();
            return Error {
                kind: Kind::Failed,
                what,
                depends_on_data: true,
                ..at(source, span, explanation)
            };
        }
        Reason::NoPartial(name) => {
            // A name that the template writes out is looked for before.
            depends_on_data = true;
            (format!("there is no partial `{name}`"), Some(known_partials(&name, files)))
        }
        Reason::NoPartialBlock => {
            let help = "only a partial that is included as a block, `{{#> name}}`, has one";
            ("there is no `@partial-block` here".to_owned(), Some(help.to_owned()))
        }
        Reason::TooDeep => (format!("partials include each other more than {MAX_DEPTH} times"), None),
        Reason::TooManyPartials => {
            let help = "a partial that includes others twice doubles the work with each level";
            ("partials include each other too often to ever end".to_owned(), Some(help.to_owned()))
        }
        Reason::Output(error) => match Refusal::of(&error) {
            Some(refusal) if refusal.depends_on_data() => {
                let explanation = Explanation { message: refusal.to_string(), help: Some(refusal.help()) };
                let what = "a value cannot be written".into();
                let error = at(source, span, explanation);
                return Error { kind: Kind::Failed, what, depends_on_data: true, ..error };
            }
            Some(refusal) => (refusal.to_string(), Some(refusal.help())),
            None => return cannot_spool(&error),
        },
    };
    Error { depends_on_data, ..at(source, span, Explanation { message, help }) }
}

/// An output that can't be completed.
pub(super) fn at_the_end(main: &SourceText, error: &std::io::Error) -> Error {
    match Refusal::of(error) {
        Some(refusal) => {
            Error::usage(format!("can't deliver what the template {} renders", main.display_path()))
                .because(refusal)
                .help(refusal.help())
        }
        None => cannot_spool(error),
    }
}

fn cannot_spool(error: &std::io::Error) -> Error {
    Error::failed("can't store the output temporarily").because(error)
}

/// The help for a computed name that is not the name of a partial.
fn known_partials(name: &str, files: &Files) -> String {
    match nearest(name, files.partials.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a computed name must also appear somewhere as `{{> name}}`".to_owned(),
    }
}

/// A mistake in a tag.
pub(super) fn at(source: &SourceText, span: Span, explanation: Explanation) -> Error {
    let Explanation { message, help } = explanation;
    let mut diagnostic = Diagnostic::error(source.display_path(), Arc::clone(&source.text), span, message);
    diagnostic.help = help;
    Error::usage("the template has a mistake").with(vec![diagnostic])
}
