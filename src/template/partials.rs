//! Partials: templates that others include by name.
//!
//! `{{> row}}` in a template for CSV is the file `row.csv.hbs`: a partial is written in the format of what includes
//! it. It is found as templates are, the folder of the including template first. All are found before anything is
//! rendered, so that one that is missing is a mistake of the template and not of a run. So is a helper that is not there.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use handlebars::template::{DecoratorTemplate, Parameter, Subexpression, TemplateElement};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, Renderable, ScopedJson, Template,
};
use serde_json::Value;

use super::format::Format;
use super::parse::{MAIN, parse};
use super::problem::{self, Misplaced};
use super::walk::{self, Position, START};
use super::{calls, hint};
use crate::Result;
use crate::catalog::{SearchPath, Source};

/// How deep partials may include each other: a tree of groups is not as deep, and what ends never is stopped.
const MOST_LEVELS: usize = 50;

/// The helper that stands around every partial.
const GUARD: &str = "around-a-partial";

/// The helper that stands around every value that a partial takes.
const THERE: &str = "value-for-a-partial";

/// Finds, parses and registers everything that a template includes; gives their texts by name.
pub(super) fn load(
    engine: &mut Handlebars<'_>,
    main: &Source,
    format: Format,
) -> Result<BTreeMap<String, Source>> {
    let mut sources: BTreeMap<String, Source> = BTreeMap::new();
    let mut waiting = vec![(MAIN.to_owned(), main.clone())];
    let mut wanted: Vec<Wanted> = Vec::new();
    let mut inline = BTreeSet::new();
    let mut search = None;
    while let Some((name, source)) = waiting.pop() {
        let template = parse(&source)?;
        let mut unknown = None;
        walk::each(&template, START, &mut |element, position| {
            if let Some(name) = calls::unknown_helper(element) {
                unknown.get_or_insert((name.to_owned(), position));
            }
            inline.extend(walk::inline(element).map(str::to_owned));
            if let Some(partial) = walk::partial(element).and_then(|partial| partial.name.as_name()) {
                let can_lack = matches!(element, TemplateElement::PartialBlock(_));
                wanted.push(Wanted { by: source.clone(), name: partial.to_owned(), position, can_lack });
            }
        });
        if let Some((name, position)) = unknown {
            return Err(problem::at(&source, position, problem::no_helper(&name)));
        }
        engine.register_template(&name, guarded(template, &name, name != MAIN)?);
        if name != MAIN {
            sources.insert(name, source);
        }
        // What is defined inline can be defined after its use, and in another file.
        while waiting.is_empty()
            && let Some(wanted) = wanted.pop()
        {
            if wanted.name == "@partial-block"
                || inline.contains(&wanted.name)
                || sources.contains_key(&wanted.name)
            {
                continue;
            }
            let search = search.get_or_insert_with(SearchPath::from_env);
            match wanted.find(search, format) {
                Ok(source) => waiting.push((wanted.name, source)),
                Err(_) if wanted.can_lack => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(sources)
}

/// A partial that a template includes.
struct Wanted {
    by: Source,
    name: String,
    position: Position,
    /// Whether there is a text to take its place.
    can_lack: bool,
}

impl Wanted {
    fn find(&self, search: &SearchPath, format: Format) -> Result<Source> {
        // Handlebars takes a name with blanks in quotes or brackets.
        let name = self.name.trim_matches(['\'', '"', '[', ']']);
        let file = match name.strip_suffix(".hbs") {
            Some(_) => name.to_owned(),
            None => format!("{name}.{}.hbs", format.extension()),
        };
        let mistake = |message: String, help: Option<String>| {
            problem::at(&self.by, self.position, Misplaced { message, help })
        };
        if Format::of(&file).ok() != Some(format) {
            let message = format!("`{file}` is not written for `.{}`", format.extension());
            return Err(mistake(message, Some("a partial is escaped as what includes it".to_owned())));
        }
        let folder = self.by.folder().filter(|folder| *folder != Path::new(""));
        if folder.is_none() && file.contains('/') {
            let message = format!("`{file}` is a path, and there is no folder that it could start at");
            return Err(mistake(message, None));
        }
        search.find_template(&file, folder).map_err(|error| {
            let reason = error.why.unwrap_or_default();
            let help = error.help.map_or(reason.clone(), |help| format!("{help} ({reason})"));
            mistake(format!("there is no partial `{name}`: {}", error.what), Some(help))
        })
    }
}

/// The template with a guard around it if it is a partial, and around each partial defined inside it.
fn guarded(mut template: Template, name: &str, partial: bool) -> Result<Template> {
    template.name = Some(name.to_owned());
    for element in &mut template.elements {
        guard_inside(element, name)?;
    }
    if partial { around(template, name) } else { Ok(template) }
}

fn guard_inside(element: &mut TemplateElement, name: &str) -> Result<()> {
    let is_inline = walk::inline(element).is_some();
    let inner: Vec<&mut Template> = match element {
        TemplateElement::HelperBlock(helper) => {
            helper.template.iter_mut().chain(helper.inverse.iter_mut()).collect()
        }
        TemplateElement::DecoratorBlock(block) => block.template.iter_mut().collect(),
        TemplateElement::PartialBlock(partial) => {
            strict_values(partial);
            partial.template.iter_mut().collect()
        }
        TemplateElement::PartialExpression(partial) => {
            strict_values(partial);
            return Ok(());
        }
        _ => return Ok(()),
    };
    for template in inner {
        for element in &mut template.elements {
            guard_inside(element, name)?;
        }
        if is_inline {
            // Without a name it would get that of whatever partial includes it.
            let name = format!("{name}\0inline");
            template.name = Some(name.clone());
            *template = around(std::mem::take(template), &name)?;
        }
    }
    Ok(())
}

/// Makes `{{> row title=x}}` into `{{> row title=(there x)}}`. The engine takes a variable that does not exist for
/// null here, as it does nowhere else in a strict template.
fn strict_values(partial: &mut DecoratorTemplate) {
    for value in partial.hash.values_mut() {
        if matches!(value, Parameter::Path(_)) {
            let path = mem::replace(value, Parameter::Literal(Value::Null));
            let there = Parameter::Name(THERE.to_owned());
            *value = Parameter::Subexpression(Subexpression::new(there, vec![path], HashMap::new()));
        }
    }
}

/// `{{#guard}}…{{/guard}}`.
fn around(template: Template, name: &str) -> Result<Template> {
    let text = format!("{{{{#{GUARD}}}}}{{{{/{GUARD}}}}}");
    let mut around = Template::compile(&text)
        .map_err(|error| crate::Error::failed("can't put a guard around a partial").because(error))?;
    around.name = Some(name.to_owned());
    if let Some(TemplateElement::HelperBlock(guard)) = around.elements.first_mut() {
        guard.template = Some(template);
    }
    Ok(around)
}

/// Counts how deep partials are in each other, and remembers what was in scope where an error arose: by the time
/// the error is out of the partial, its scope is gone.
#[derive(Debug, Clone, Default)]
pub(super) struct Guard {
    depth: Arc<AtomicUsize>,
    hint: Arc<Mutex<Option<hint::Hint>>>,
}

impl Guard {
    pub(super) fn register(&self, engine: &mut Handlebars<'_>) {
        engine.register_helper(GUARD, Box::new(self.clone()));
        engine.register_helper(THERE, Box::new(There));
    }

    /// To be called before a rendering.
    pub(super) fn reset(&self) {
        self.depth.store(0, Ordering::Relaxed);
        self.take_hint();
    }

    /// What was in scope where the error arose, if that was in a partial.
    pub(super) fn take_hint(&self) -> Option<hint::Hint> {
        self.hint.lock().ok()?.take()
    }
}

impl HelperDef for Guard {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        engine: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rendering: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        if self.depth.fetch_add(1, Ordering::Relaxed) >= MOST_LEVELS {
            let message = format!("partials include each other more than {MOST_LEVELS} times");
            return Err(RenderErrorReason::Other(message).into());
        }
        let template = helper.template();
        let result = template.map_or(Ok(()), |template| template.render(engine, context, rendering, out));
        self.depth.fetch_sub(1, Ordering::Relaxed);
        result.inspect_err(|error: &RenderError| {
            if let Ok(mut hint) = self.hint.lock() {
                hint.get_or_insert_with(|| hint::Hint::of(error, context, rendering));
            }
        })
    }
}

/// Gives its argument, which has to be there.
struct There;

impl HelperDef for There {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        match helper.param(0) {
            Some(value) if !value.is_value_missing() => Ok(ScopedJson::Derived(value.value().clone())),
            value => {
                let path = value.and_then(|value| value.relative_path().cloned());
                Err(RenderErrorReason::MissingVariable(path).into())
            }
        }
    }
}
