//! Walking through a parsed template.

use handlebars::Template;
use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, TemplateElement};

/// A place in a template: its line and column, both from 1 and the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// The elements of a template with their positions. An element without one has that of its parent.
pub(super) fn elements(
    template: &Template,
    parent: Position,
) -> impl Iterator<Item = (&TemplateElement, Position)> {
    template.elements.iter().enumerate().map(move |(index, element)| {
        let position = template
            .mapping
            .get(index)
            .map_or(parent, |mapping| Position { line: mapping.0, column: mapping.1 });
        (element, position)
    })
}

pub(super) const START: Position = Position { line: 1, column: 1 };

/// Visits every element of a template, and of the templates inside it, in order.
pub(super) fn each<'t>(
    template: &'t Template,
    parent: Position,
    visit: &mut impl FnMut(&'t TemplateElement, Position),
) {
    for (element, position) in elements(template, parent) {
        visit(element, position);
        for inner in inner(element) {
            each(inner, position, visit);
        }
    }
}

/// The templates inside an element.
pub(super) fn inner(element: &TemplateElement) -> impl Iterator<Item = &Template> {
    let (helper, decorator) = (helper(element), decorator(element));
    let halves = helper.into_iter().flat_map(|helper| [helper.template.as_ref(), helper.inverse.as_ref()]);
    halves.chain(decorator.map(|decorator| decorator.template.as_ref())).flatten()
}

/// A value, a helper or a block.
pub(super) fn helper(element: &TemplateElement) -> Option<&HelperTemplate> {
    match element {
        TemplateElement::Expression(helper)
        | TemplateElement::HtmlExpression(helper)
        | TemplateElement::HelperBlock(helper) => Some(helper),
        _ => None,
    }
}

/// A partial or a decorator.
pub(super) fn decorator(element: &TemplateElement) -> Option<&DecoratorTemplate> {
    match element {
        TemplateElement::DecoratorExpression(decorator)
        | TemplateElement::DecoratorBlock(decorator)
        | TemplateElement::PartialExpression(decorator)
        | TemplateElement::PartialBlock(decorator) => Some(decorator),
        _ => None,
    }
}

/// The partial that an element includes. Its name may be computed while rendering.
pub(super) fn partial(element: &TemplateElement) -> Option<&DecoratorTemplate> {
    match element {
        TemplateElement::PartialExpression(partial) | TemplateElement::PartialBlock(partial) => Some(partial),
        _ => None,
    }
}

/// The name of the partial that an element defines in the template itself: `{{#*inline "name"}}`.
pub(super) fn inline(element: &TemplateElement) -> Option<&str> {
    match element {
        TemplateElement::DecoratorBlock(decorator) => match decorator.params.first() {
            Some(Parameter::Literal(name)) => name.as_str(),
            _ => None,
        },
        _ => None,
    }
}
