//! Whether a template can render each group while the answer still arrives, and how.
//!
//! It can if all it does with `groups` is one `{{#each groups}}` that stands in no other block. Then what comes
//! before, what is done for each group, and what comes after can be rendered one after the other; `totals` are known
//! after the last group only. Everything else needs all groups at once.
//!
//! This judges by names, and rather says no: a template is never split that could tell the difference.

use std::collections::BTreeSet;

use handlebars::template::{BlockParam, HelperTemplate, Parameter, TemplateElement};
use handlebars::{Handlebars, Template};

use super::path::{Reach, reach};
use super::walk::{self, Position, START};

/// A template cut in three.
#[derive(Debug)]
pub(super) struct Plan {
    /// What comes before the groups.
    pub(super) before: Template,
    /// What is rendered for each group.
    pub(super) item: Template,
    /// What is rendered if there is no group: `{{else}}`.
    pub(super) empty: Option<Template>,
    /// What comes after the groups. It sees `totals`.
    pub(super) after: Template,
    /// `as |group|`, or `as |group index|`.
    pub(super) names: (Option<String>, Option<String>),
}

/// What keeps a template from being cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Obstacle {
    /// The name of the partial it is in, or that of the template.
    pub(super) name: String,
    pub(super) position: Position,
    pub(super) why: String,
}

/// The plan for the template of this name.
pub(super) fn plan(engine: &Handlebars<'_>, name: &str) -> Result<Plan, Obstacle> {
    let obstacle = |position, why: &str| Obstacle { name: name.to_owned(), position, why: why.to_owned() };
    let Some(template) = engine.get_template(name) else {
        return Err(obstacle(START, "the template is not there"));
    };
    let mut loops = walk::elements(template, START)
        .enumerate()
        .filter_map(|(index, (element, position))| Some((index, position, each_groups(element)?)));
    let Some((at, _, each)) = loops.next() else {
        return Err(obstacle(START, "no `{{#each groups}}` stands outside of every block"));
    };
    if let Some((_, position, _)) = loops.next() {
        return Err(obstacle(position, "the groups are gone through a second time"));
    }
    let mut judge = Judge { engine, seen: BTreeSet::new() };
    for (index, (element, position)) in walk::elements(template, START).enumerate() {
        if index != at {
            let part = if index < at { Part::Before } else { Part::After };
            // Defined here, a partial is known to all that follows; see `part_of_inline`.
            let inline = walk::inline(element).and(walk::decorator(element));
            match inline.and_then(|inline| inline.template.as_ref()) {
                Some(inline) => judge.template(inline, position, name, Place::of(part))?,
                None => judge.element(element, position, name, Place::of(part))?,
            }
        }
    }
    let position = walk::elements(template, START).nth(at).map_or(START, |(_, position)| position);
    if let Some(item) = &each.template {
        judge.template(item, position, name, Place::of(Part::Item))?;
    }
    if let Some(empty) = &each.inverse {
        judge.template(empty, position, name, Place::of(Part::After))?;
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
fn each_groups(element: &TemplateElement) -> Option<&HelperTemplate> {
    let TemplateElement::HelperBlock(block) = element else { return None };
    let [Parameter::Path(_)] = block.params.as_slice() else { return None };
    let Reach::Value { up: None | Some(0), first: Some("groups"), only: true } =
        reach(block.params[0].as_name()?)
    else {
        return None;
    };
    (block.name.as_name() == Some("each") && block.hash.is_empty()).then_some(block)
}

fn names(each: &HelperTemplate) -> (Option<String>, Option<String>) {
    let name = |parameter: &Parameter| parameter.as_name().map(str::to_owned);
    match &each.block_param {
        Some(BlockParam::Single(group)) => (name(group), None),
        Some(BlockParam::Pair((group, index))) => (name(group), name(index)),
        _ => (None, None),
    }
}

/// Where in the template something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    part: Part,
    /// How many scopes further in than the part itself.
    depth: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Before,
    Item,
    After,
}

impl Place {
    fn of(part: Part) -> Self {
        Self { part, depth: 0 }
    }

    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

struct Judge<'e, 'r> {
    engine: &'e Handlebars<'r>,
    /// The partials that have been judged, and where they stood. One that includes itself would never end.
    seen: BTreeSet<(String, Place)>,
}

impl Judge<'_, '_> {
    fn template(
        &mut self,
        template: &Template,
        parent: Position,
        name: &str,
        place: Place,
    ) -> Result<(), Obstacle> {
        walk::elements(template, parent)
            .try_for_each(|(element, position)| self.element(element, position, name, place))
    }

    fn element(
        &mut self,
        element: &TemplateElement,
        position: Position,
        name: &str,
        place: Place,
    ) -> Result<(), Obstacle> {
        let obstacle = |why: String| Obstacle { name: name.to_owned(), position, why };
        if let Some(helper) = walk::helper(element) {
            // A name by itself is a variable.
            let is_variable = helper.params.is_empty() && helper.hash.is_empty() && !helper.block;
            let parameters = helper.params.iter().chain(helper.hash.values());
            let parameters = parameters.chain(is_variable.then_some(&helper.name));
            for parameter in parameters {
                judge_parameter(parameter, place).map_err(obstacle)?;
            }
            let opens = matches!(helper.name.as_name(), Some("each" | "with"));
            if let Some(template) = &helper.template {
                self.template(template, position, name, if opens { place.deeper() } else { place })?;
            }
            if let Some(inverse) = &helper.inverse {
                self.template(inverse, position, name, place)?;
            }
        }
        if matches!(element, TemplateElement::DecoratorBlock(_) | TemplateElement::DecoratorExpression(_)) {
            return Err(obstacle("a partial is defined here, inside of a block".to_owned()));
        }
        if let Some(decorator) = walk::decorator(element) {
            for parameter in decorator.params.iter().chain(decorator.hash.values()) {
                judge_parameter(parameter, place).map_err(obstacle)?;
            }
            if let Some(template) = &decorator.template {
                self.template(template, position, name, place)?;
                self.template(template, position, name, place.deeper())?;
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
            let same = place.part != Part::Item && included.params.is_empty();
            let place = if same { place } else { place.deeper() };
            if let Some(template) = self.engine.get_template(partial)
                && self.seen.insert((partial.to_owned(), place))
            {
                self.template(template, START, partial, place)?;
            }
        }
        Ok(())
    }
}

/// A partial that includes itself is a new one at each depth.
const MOST_PARTIALS: usize = 200;

fn judge_parameter(parameter: &Parameter, place: Place) -> Result<(), String> {
    match parameter {
        Parameter::Literal(_) => Ok(()),
        Parameter::Subexpression(inner) => {
            let parameters = inner.params().into_iter().flatten();
            let is_variable = !inner.is_helper();
            if is_variable {
                judge_path(inner.name(), place)?;
            }
            parameters
                .chain(inner.hash().into_iter().flat_map(|hash| hash.values()))
                .try_for_each(|parameter| judge_parameter(parameter, place))
        }
        path => judge_path(path.as_name().unwrap_or_default(), place),
    }
}

fn judge_path(path: &str, place: Place) -> Result<(), String> {
    let Reach::Value { up, first, .. } = reach(path) else { return Ok(()) };
    // What does not reach out of a group is the group's own.
    let Place { part, depth } = place;
    if part == Part::Item && up.is_some_and(|up| up <= depth) {
        return Ok(());
    }
    match first {
        Some("groups") => Err(format!("`{path}` needs all groups")),
        Some("totals") if part != Part::After => Err(format!("`{path}` is known only after the last group")),
        None if up.is_none_or(|up| up >= depth) => Err(format!("`{path}` can hold all groups")),
        _ => Ok(()),
    }
}
