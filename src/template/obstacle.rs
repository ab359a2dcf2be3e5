//! What in a template needs all rows at once, judging by the names that it uses.

use std::collections::BTreeSet;

use handlebars::template::{Parameter, TemplateElement};
use handlebars::{Handlebars, Template};

use super::path::{Reach, reach};
use super::walk::{self, Position, START};

/// A partial that includes itself counts once for each depth.
const MAX_PARTIALS: usize = 200;

/// What keeps a template from rendering each row as it arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Obstacle {
    /// The name of the partial that it is in, or of the template.
    pub(super) name: String,
    pub(super) position: Position,
    pub(super) why: String,
}

/// Where in the template an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Nesting {
    part: Part,
    /// How many blocks with a `this` of their own are around it, within the part.
    depth: usize,
}

/// A part of a template that is split at its loop over the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Before,
    Item,
    After,
}

impl Nesting {
    /// Outside every other block.
    pub(super) fn of(part: Part) -> Self {
        Self { part, depth: 0 }
    }

    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

/// Looks for an obstacle in the parts of a template.
pub(super) struct Analysis<'e, 'r> {
    engine: &'e Handlebars<'r>,
    /// What the template calls the rows.
    list: &'static str,
    /// The partials analyzed so far, and where. A partial that includes itself would never end.
    seen: BTreeSet<(String, Nesting)>,
}

impl<'e, 'r> Analysis<'e, 'r> {
    pub(super) fn new(engine: &'e Handlebars<'r>, list: &'static str) -> Self {
        Self { engine, list, seen: BTreeSet::new() }
    }

    pub(super) fn template(
        &mut self,
        template: &Template,
        parent: Position,
        name: &str,
        nesting: Nesting,
    ) -> Result<(), Obstacle> {
        walk::elements(template, parent)
            .try_for_each(|(element, position)| self.element(element, position, name, nesting))
    }

    pub(super) fn element(
        &mut self,
        element: &TemplateElement,
        position: Position,
        name: &str,
        nesting: Nesting,
    ) -> Result<(), Obstacle> {
        let obstacle = |why: String| Obstacle { name: name.to_owned(), position, why };
        if let Some(helper) = walk::helper(element) {
            // A name without arguments is a variable.
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
            return Err(obstacle("a partial is defined here, inside a block".to_owned()));
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
                return Err(obstacle("the name of this partial is computed while rendering".to_owned()));
            };
            if self.seen.len() > MAX_PARTIALS {
                return Err(obstacle("a partial includes itself, or there are too many".to_owned()));
            }
            // Outside the loop, a partial without an argument sees what its caller sees.
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
        let list = self.list;
        match first {
            Some(first) if first == list => Err(format!("`{path}` needs all {list}")),
            Some("totals") if part != Part::After => {
                Err(format!("`{path}` is known only after the last of the {list}"))
            }
            None if up.is_none_or(|up| up >= depth) => Err(format!("`{path}` can hold all {list}")),
            _ => Ok(()),
        }
    }
}
