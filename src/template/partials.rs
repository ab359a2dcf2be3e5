//! Partials: templates that others include by name.
//!
//! `{{> row}}` in a template for CSV is the file `row.csv.hbs`: a partial has the format of the template that includes
//! it. It is looked up as templates are, in the folder of the including template first. All partials are looked up
//! before anything is rendered, so that a missing one is a mistake in the template and not the end of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::files::{File, Files};
use super::problem::{self, Explanation};
use crate::Result;
use crate::catalog::{SearchPath, SourceText};
use globus_templates::handlebars::{self, Body, Node, PartialName, Span};
use globus_templates::{Format, extension_of};

/// Finds and parses the partials of a template.
pub(super) fn load(main: SourceText, format: Format) -> Result<Files> {
    let mut loader = Loader { format, search: None, inclusions: Vec::new(), inline: BTreeSet::new() };
    let mut files = Files { main: loader.parse(main)?, partials: BTreeMap::new() };
    let mut not_found = Vec::new();
    let (mut mistakes, mut broken) = (Vec::new(), BTreeSet::new());
    while let Some(inclusion) = loader.inclusions.pop() {
        let Inclusion { name, is_optional, .. } = &inclusion;
        if files.partials.contains_key(name) || broken.contains(name) {
            continue;
        }
        match loader.find(&inclusion) {
            Ok(source) => match loader.parse(source) {
                Ok(file) => drop(files.partials.insert(name.clone(), file)),
                Err(mistake) => {
                    broken.insert(name.clone());
                    mistakes.push(mistake);
                }
            },
            Err(_) if *is_optional => {}
            Err(error) => not_found.push((inclusion, error)),
        }
    }
    // An inline partial can be defined in another file.
    let missing = not_found.into_iter().filter(|(inclusion, _)| !loader.inline.contains(&inclusion.name));
    mistakes.extend(missing.map(|(_, error)| error));
    for (name, file) in files.partials.iter().filter(|(name, _)| !loader.inline.contains(*name)) {
        if let Some(span) = includes_itself(name, file) {
            let message = "a partial can't include itself endlessly".to_owned();
            let help = Some("include it inside a block that ends, such as `{{#each}}`".to_owned());
            mistakes.push(problem::at(&file.source, span, Explanation { message, help }));
        }
    }
    problem::together(mistakes)?;
    Ok(files)
}

/// Where a partial includes itself outside of every block.
fn includes_itself(name: &str, file: &File) -> Option<Span> {
    file.tree.iter().find_map(|node| match node {
        Node::Partial(partial) if partial.name == PartialName::Fixed(name.to_owned()) => {
            Some(partial.span.clone())
        }
        _ => None,
    })
}

struct Loader {
    format: Format,
    search: Option<SearchPath>,
    /// What was included so far, and not looked up yet.
    inclusions: Vec<Inclusion>,
    /// The names of all inline partials so far.
    inline: BTreeSet<String>,
}

/// A partial that a template includes.
struct Inclusion {
    includer: SourceText,
    name: String,
    span: Span,
    /// Whether its block is rendered if there is no such partial.
    is_optional: bool,
}

impl Loader {
    fn parse(&mut self, source: SourceText) -> Result<File> {
        let tree =
            handlebars::parse(&source.text).map_err(|mistake| problem::in_template(&source, mistake))?;
        self.look_through(&tree, &source, &mut Vec::new());
        Ok(File { source, tree })
    }

    /// `known` are the inline partials of the bodies around.
    fn look_through<'t>(&mut self, body: &'t Body, source: &SourceText, known: &mut Vec<&'t str>) {
        let outside = known.len();
        known.extend(body.iter().filter_map(|node| match node {
            Node::Inline(inline) => Some(inline.name.as_str()),
            _ => None,
        }));
        self.inline.extend(known[outside..].iter().map(|name| (*name).to_owned()));
        for node in body {
            match node {
                Node::Block(block) => {
                    self.look_through(&block.body, source, known);
                    if let Some(inverse) = &block.inverse {
                        self.look_through(inverse, source, known);
                    }
                }
                Node::Inline(inline) => self.look_through(&inline.body, source, known),
                Node::Partial(partial) => {
                    if let Some(body) = &partial.body {
                        self.look_through(body, source, known);
                    }
                    if let PartialName::Fixed(name) = &partial.name
                        && name != "@partial-block"
                        && !known.contains(&name.as_str())
                    {
                        let (name, span) = (name.clone(), partial.span.clone());
                        let is_optional = partial.body.is_some();
                        self.inclusions.push(Inclusion { includer: source.clone(), name, span, is_optional });
                    }
                }
                Node::Text(..) | Node::Output(_) => {}
            }
        }
        known.truncate(outside);
    }

    fn find(&mut self, inclusion: &Inclusion) -> Result<SourceText> {
        let Inclusion { includer, name, span, .. } = inclusion;
        // The extension of the includer: a format can have two.
        let extension = extension_of(&includer.name).unwrap_or(self.format.extension());
        let file =
            name.strip_suffix(".hbs").map_or_else(|| format!("{name}.{extension}.hbs"), |_| name.clone());
        let mistake = |message: String, help: Option<String>| {
            problem::at(includer, span.clone(), Explanation { message, help })
        };
        if Format::of(&file).ok() != Some(self.format) {
            let message = format!("`{file}` is not written for `.{}`", self.format.extension());
            return Err(mistake(
                message,
                Some("a partial has the format of the template that includes it".to_owned()),
            ));
        }
        let folder = includer.folder().filter(|folder| *folder != Path::new(""));
        if folder.is_none() && file.contains('/') {
            let message = format!("`{file}` is a path, but a built-in template has no folder to start from");
            return Err(mistake(message, None));
        }
        let search = self.search.get_or_insert_with(SearchPath::from_env);
        search.find_template(&file, folder).map_err(|error| {
            let reason = error.why.unwrap_or_default();
            let help = error.help.map_or(reason.clone(), |help| format!("{help} ({reason})"));
            mistake(format!("there is no partial `{name}`: {}", error.what), Some(help))
        })
    }
}
