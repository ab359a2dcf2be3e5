//! Whether a template can render each row of a list while the response still arrives, and how.
//!
//! It can if all it does with `groups` is one `{{#each groups}}` outside every other block. The template is then
//! split in three: what comes before the rows, what is rendered for each row, and what comes after. `totals` are known
//! only after the last row. Every other template needs all rows at once.
//!
//! The decision is based on names. In doubt a template is not split: the output must be the same either way.

use handlebars::template::{BlockParam, HelperTemplate, Parameter, TemplateElement};
use handlebars::{Handlebars, Template};

use super::obstacle::{Analysis, Nesting, Obstacle, Part};
use super::path::{Reach, reach};
use super::walk::{self, START};

/// A template split in three.
#[derive(Debug)]
pub(super) struct Plan {
    /// What the template calls the rows: `groups`.
    pub(super) list: &'static str,
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

/// The plan by which the template of this name renders the rows of a list.
pub(super) fn plan(engine: &Handlebars<'_>, name: &str, list: &'static str) -> Result<Plan, Obstacle> {
    let obstacle = |position, why: &str| Obstacle { name: name.to_owned(), position, why: why.to_owned() };
    let Some(template) = engine.get_template(name) else {
        return Err(obstacle(START, "there is no such template"));
    };
    let mut loops = walk::elements(template, START)
        .enumerate()
        .filter_map(|(index, (element, position))| Some((index, position, each_row(element, list)?)));
    let Some((at, _, each)) = loops.next() else {
        let why = format!("no `{{{{#each {list}}}}}` stands outside every block");
        return Err(obstacle(START, &why));
    };
    if let Some((_, position, _)) = loops.next() {
        return Err(obstacle(position, &format!("a second loop over `{list}`")));
    }
    let mut analysis = Analysis::new(engine, list);
    for (index, (element, position)) in walk::elements(template, START).enumerate() {
        if index != at {
            let part = if index < at { Part::Before } else { Part::After };
            // An inline partial of the top level is visible in all parts; see `inline_partials`.
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
    let inline = inline_partials(template, at);
    Ok(Plan {
        list,
        before: part(&template.elements[..at], 0),
        item: with_inline(&inline, each.template.clone().unwrap_or_default(), template),
        empty: each.inverse.clone().map(|empty| with_inline(&inline, empty, template)),
        after: with_inline(&inline, part(&template.elements[at + 1..], at + 1), template),
        names: names(each),
    })
}

/// The inline partials that are defined before the rows. Each part is rendered separately, and needs its own copy.
fn inline_partials(template: &Template, before: usize) -> Template {
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

/// The block `{{#each groups}}`, if the element is one.
fn each_row<'t>(element: &'t TemplateElement, list: &str) -> Option<&'t HelperTemplate> {
    let TemplateElement::HelperBlock(block) = element else { return None };
    let [Parameter::Path(_)] = block.params.as_slice() else { return None };
    let Reach::Value { up: None | Some(0), first, only: true } = reach(block.params[0].as_name()?) else {
        return None;
    };
    (first == Some(list) && block.name.as_name() == Some("each") && block.hash.is_empty()).then_some(block)
}

/// The names that the block gives to a row and its index.
fn names(each: &HelperTemplate) -> (Option<String>, Option<String>) {
    let name = |parameter: &Parameter| parameter.as_name().map(str::to_owned);
    match &each.block_param {
        Some(BlockParam::Single(group)) => (name(group), None),
        Some(BlockParam::Pair((group, index))) => (name(group), name(index)),
        _ => (None, None),
    }
}
