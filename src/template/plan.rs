//! Whether a template can render each row of a source while the response still arrives, and how.
//!
//! It can if all it does with `groups` is one `{{#each groups}}` outside of every other block. The template is then
//! split in three: what comes before the rows, what is rendered for each row, and what comes after. `totals` are known
//! only after the last row. Every other template needs all rows at once.
//!
//! The decision goes by names, and is no where in doubt: no template is split that could tell the difference.

use std::collections::BTreeSet;

use handlebars::template::{BlockParam, HelperTemplate, Parameter, TemplateElement};
use handlebars::{Handlebars, Template};

use super::path::{Reach, reach};
use super::walk::{self, Position, START};

/// A template split in three.
#[derive(Debug)]
pub(super) struct Plan {
    /// What the template calls the rows: `groups`.
    pub(super) source: &'static str,
    /// What comes before the rows.
    pub(super) before: Template,
    /// What is rendered for each row.
    pub(super) item: Template,
    /// What is rendered if there are no rows: `{{else}}`.
    pub(super) empty: Option<Template>,
    /// What comes after the rows. It sees `totals`.
    pub(super) after: Template,
    /// `as |group|`, or `as |group index|`.
    pub(super) names: (Option<String>, Option<String>),
}

/// What keeps a template from being split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Obstacle {
    /// The name of the partial it is in, or that of the template.
    pub(super) name: String,
    pub(super) position: Position,
    pub(super) why: String,
}

/// The plan by which the template of this name renders the rows of a source.
pub(super) fn plan(engine: &Handlebars<'_>, name: &str, source: &'static str) -> Result<Plan, Obstacle> {
    let obstacle = |position, why: &str| Obstacle { name: name.to_owned(), position, why: why.to_owned() };
    let Some(template) = engine.get_template(name) else {
        return Err(obstacle(START, "the template is not there"));
    };
    let mut loops = walk::elements(template, START)
        .enumerate()
        .filter_map(|(index, (element, position))| Some((index, position, each_row(element, source)?)));
    let Some((at, _, each)) = loops.next() else {
        let why = format!("no `{{{{#each {source}}}}}` stands outside of every block");
        return Err(obstacle(START, &why));
    };
    if let Some((_, position, _)) = loops.next() {
        return Err(obstacle(position, &format!("a second loop over `{source}`")));
    }
    let mut analysis = Analysis { engine, source, seen: BTreeSet::new() };
    for (index, (element, position)) in walk::elements(template, START).enumerate() {
        if index != at {
            let part = if index < at { Part::Before } else { Part::After };
            // Defined here, a partial is known to all that follows; see `part_of_inline`.
            let inline = walk::inline(element).and(walk::decorator(element));
            match inline.and_then(|inline| inline.template.as_ref()) {
                Some(inline) => analysis.template(inline, position, name, Nesting::of(part))?,
                None => analysis.element(element, position, name, Nesting::of(part))?,
            }
        }
    }
    let position = walk::elements(template, START).nth(at).map_or(START, |(_, position)| position);
    if let Some(item) = &each.template {
        analysis.template(item, position, name, Nesting::of(Part::Item))?;
    }
    if let Some(empty) = &each.inverse {
        analysis.template(empty, position, name, Nesting::of(Part::After))?;
    }

    let part = |elements: &[TemplateElement], from: usize| {
        let mut part = Template::new();
        part.name.clone_from(&template.name);
        part.elements = elements.to_vec();
        part.mapping = template.mapping.iter().skip(from).take(elements.len()).cloned().collect();
        part
    };
    let inline = part_of_inline(template, at);
    Ok(Plan {
        source,
        before: part(&template.elements[..at], 0),
        item: with_inline(&inline, each.template.clone().unwrap_or_default(), template),
        empty: each.inverse.clone().map(|empty| with_inline(&inline, empty, template)),
        after: with_inline(&inline, part(&template.elements[at + 1..], at + 1), template),
        names: names(each),
    })
}

/// The partials that are defined before the groups. Each part is rendered for itself, and has to know them.
fn part_of_inline(template: &Template, before: usize) -> Template {
    let mut inline = Template::new();
    for (element, mapping) in template.elements.iter().zip(&template.mapping).take(before) {
        if walk::inline(element).is_some() {
            inline.elements.push(element.clone());
            inline.mapping.push(mapping.clone());
        }
    }
    inline
}

fn with_inline(inline: &Template, mut part: Template, whole: &Template) -> Template {
    part.elements.splice(0..0, inline.elements.iter().cloned());
    part.mapping.splice(0..0, inline.mapping.iter().cloned());
    part.name.clone_from(&whole.name);
    part
}

/// The block `{{#each groups}}`.
fn each_row<'t>(element: &'t TemplateElement, source: &str) -> Option<&'t HelperTemplate> {
    let TemplateElement::HelperBlock(block) = element else { return None };
    let [Parameter::Path(_)] = block.params.as_slice() else { return None };
    let Reach::Value { up: None | Some(0), first, only: true } = reach(block.params[0].as_name()?) else {
        return None;
    };
    (first == Some(source) && block.name.as_name() == Some("each") && block.hash.is_empty()).then_some(block)
}

fn names(each: &HelperTemplate) -> (Option<String>, Option<String>) {
    let name = |parameter: &Parameter| parameter.as_name().map(str::to_owned);
    match &each.block_param {
        Some(BlockParam::Single(group)) => (name(group), None),
        Some(BlockParam::Pair((group, index))) => (name(group), name(index)),
        _ => (None, None),
    }
}

/// Where an element stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Nesting {
    part: Part,
    /// How many blocks that open a scope of their own are around it, within the part.
    depth: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Before,
    Item,
    After,
}

impl Nesting {
    fn of(part: Part) -> Self {
        Self { part, depth: 0 }
    }

    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

struct Analysis<'e, 'r> {
    engine: &'e Handlebars<'r>,
    /// What the template calls the rows.
    source: &'static str,
    /// The partials analyzed so far, and where. A partial that includes itself would never end.
    seen: BTreeSet<(String, Nesting)>,
}

impl Analysis<'_, '_> {
    fn template(
        &mut self,
        template: &Template,
        parent: Position,
        name: &str,
        nesting: Nesting,
    ) -> Result<(), Obstacle> {
        walk::elements(template, parent)
            .try_for_each(|(element, position)| self.element(element, position, name, nesting))
    }

    fn element(
        &mut self,
        element: &TemplateElement,
        position: Position,
        name: &str,
        nesting: Nesting,
    ) -> Result<(), Obstacle> {
        let obstacle = |why: String| Obstacle { name: name.to_owned(), position, why };
        if let Some(helper) = walk::helper(element) {
            // A name by itself is a variable.
            let is_variable = helper.params.is_empty() && helper.hash.is_empty() && !helper.block;
            let parameters = helper.params.iter().chain(helper.hash.values());
            let parameters = parameters.chain(is_variable.then_some(&helper.name));
            for parameter in parameters {
                self.parameter(parameter, nesting).map_err(obstacle)?;
            }
            let opens = matches!(helper.name.as_name(), Some("each" | "with"));
            if let Some(template) = &helper.template {
                self.template(template, position, name, if opens { nesting.deeper() } else { nesting })?;
            }
            if let Some(inverse) = &helper.inverse {
                self.template(inverse, position, name, nesting)?;
            }
        }
        if matches!(element, TemplateElement::DecoratorBlock(_) | TemplateElement::DecoratorExpression(_)) {
            return Err(obstacle("a partial is defined here, inside of a block".to_owned()));
        }
        if let Some(decorator) = walk::decorator(element) {
            for parameter in decorator.params.iter().chain(decorator.hash.values()) {
                self.parameter(parameter, nesting).map_err(obstacle)?;
            }
            if let Some(template) = &decorator.template {
                self.template(template, position, name, nesting)?;
                self.template(template, position, name, nesting.deeper())?;
            }
        }
        if let Some(included) = walk::partial(element) {
            let Some(partial) = included.name.as_name() else {
                return Err(obstacle("the name of this partial is worked out while rendering".to_owned()));
            };
            if self.seen.len() > MOST_PARTIALS {
                return Err(obstacle("a partial includes itself, or there are too many".to_owned()));
            }
            // Outside of the groups a partial without a value sees what its surroundings see.
            let same = nesting.part != Part::Item && included.params.is_empty();
            let nesting = if same { nesting } else { nesting.deeper() };
            if let Some(template) = self.engine.get_template(partial)
                && self.seen.insert((partial.to_owned(), nesting))
            {
                self.template(template, START, partial, nesting)?;
            }
        }
        Ok(())
    }
}

/// A partial that includes itself is a new one at each depth.
const MOST_PARTIALS: usize = 200;

impl Analysis<'_, '_> {
    fn parameter(&self, parameter: &Parameter, nesting: Nesting) -> Result<(), String> {
        match parameter {
            Parameter::Literal(_) => Ok(()),
            Parameter::Subexpression(inner) => {
                if !inner.is_helper() {
                    self.path(inner.name(), nesting)?;
                }
                let parameters = inner.params().into_iter().flatten();
                let options = inner.hash().into_iter().flat_map(|hash| hash.values());
                parameters.chain(options).try_for_each(|parameter| self.parameter(parameter, nesting))
            }
            path => self.path(path.as_name().unwrap_or_default(), nesting),
        }
    }

    fn path(&self, path: &str, Nesting { part, depth }: Nesting) -> Result<(), String> {
        let Reach::Value { up, first, .. } = reach(path) else { return Ok(()) };
        // A path that does not leave the row reads only the row.
        if part == Part::Item && up.is_some_and(|up| up <= depth) {
            return Ok(());
        }
        let source = self.source;
        match first {
            Some(first) if first == source => Err(format!("`{path}` needs all {source}")),
            Some("totals") if part != Part::After => {
                Err(format!("`{path}` is known only after the last of the {source}"))
            }
            None if up.is_none_or(|up| up >= depth) => Err(format!("`{path}` can hold all {source}")),
            _ => Ok(()),
        }
    }
}
