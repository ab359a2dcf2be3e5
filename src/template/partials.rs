//! Partials: templates that others include by name.
//!
//! `{{> row}}` in a template for CSV is the file `row.csv.hbs`: a partial has the format of the template that includes
//! it. It is looked up as templates are, in the folder of the including template first. All partials and helpers are
//! looked up before anything is rendered, so that a missing one is a mistake in the template and not the end of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use handlebars::Handlebars;
use handlebars::template::TemplateElement;

use super::author_value;
use super::format::Format;
use super::parse::{MAIN, parse};
use super::partial_frame::framed;
use super::problem::{self, Explanation};
use super::walk::{self, Position, START};
use super::writer::Writer;
use super::{calls, helpers};
use crate::Result;
use crate::catalog::{SearchPath, SourceText};

/// Finds, parses and registers a template and its partials, and the helpers that they call; gives the texts of the
/// partials by name.
pub(super) fn load(
    engine: &mut Handlebars<'_>,
    main: &SourceText,
    writer: Writer,
) -> Result<BTreeMap<String, SourceText>> {
    let mut sources: BTreeMap<String, SourceText> = BTreeMap::new();
    let mut queue = vec![(MAIN.to_owned(), main.clone())];
    let mut inclusions: Vec<Inclusion> = Vec::new();
    let mut inline = BTreeSet::new();
    let mut called: BTreeSet<String> = BTreeSet::new();
    let mut search = None;
    while let Some((name, source)) = queue.pop() {
        let mut template = parse(&source)?;
        let mut mistake = None;
        walk::each(&template, START, &mut |element, position| {
            calls::each(element, &mut |call| match call.mistake() {
                Some(explanation) => drop(mistake.get_or_insert((explanation, position))),
                None => drop(called.insert(call.name.to_owned())),
            });
            inline.extend(walk::inline(element).map(str::to_owned));
            if let Some(partial) = walk::partial(element).and_then(|partial| partial.name.as_name()) {
                let optional = matches!(element, TemplateElement::PartialBlock(_));
                inclusions.push(Inclusion {
                    includer: source.clone(),
                    name: partial.to_owned(),
                    position,
                    optional,
                });
            }
        });
        if let Some((explanation, position)) = mistake {
            return Err(problem::at(&source, position, explanation));
        }
        if name == MAIN {
            author_value::mark(&mut template);
        }
        engine.register_template(&name, framed(template, &name, name != MAIN)?);
        if name != MAIN {
            sources.insert(name, source);
        }
        // An inline partial can be defined after its use, and in another file.
        while queue.is_empty()
            && let Some(inclusion) = inclusions.pop()
        {
            if inclusion.name == "@partial-block"
                || inline.contains(&inclusion.name)
                || sources.contains_key(&inclusion.name)
            {
                continue;
            }
            let search = search.get_or_insert_with(SearchPath::from_env);
            match inclusion.find(search, writer.format) {
                Ok(source) => queue.push((inclusion.name, source)),
                Err(_) if inclusion.optional => {}
                Err(error) => return Err(error),
            }
        }
    }
    for name in &called {
        helpers::register(engine, writer, name);
    }
    Ok(sources)
}

/// A partial that a template includes.
struct Inclusion {
    includer: SourceText,
    name: String,
    position: Position,
    /// Whether its block is rendered if there is no such partial.
    optional: bool,
}

impl Inclusion {
    fn find(&self, search: &SearchPath, format: Format) -> Result<SourceText> {
        // In Handlebars, a name with spaces is in quotes or brackets.
        let name = self.name.trim_matches(['\'', '"', '[', ']']);
        let file = match name.strip_suffix(".hbs") {
            Some(_) => name.to_owned(),
            None => format!("{name}.{}.hbs", format.extension()),
        };
        let mistake = |message: String, help: Option<String>| {
            problem::at(&self.includer, self.position, Explanation { message, help })
        };
        if Format::of(&file).ok() != Some(format) {
            let message = format!("`{file}` is not written for `.{}`", format.extension());
            return Err(mistake(
                message,
                Some("a partial has the format of the template that includes it".to_owned()),
            ));
        }
        let folder = self.includer.folder().filter(|folder| *folder != Path::new(""));
        if folder.is_none() && file.contains('/') {
            let message = format!("`{file}` is a path, but a built-in template has no folder to start from");
            return Err(mistake(message, None));
        }
        search.find_template(&file, folder).map_err(|error| {
            let reason = error.why.unwrap_or_default();
            let help = error.help.map_or(reason.clone(), |help| format!("{help} ({reason})"));
            mistake(format!("there is no partial `{name}`: {}", error.what), Some(help))
        })
    }
}
