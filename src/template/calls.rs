//! The helpers that a template calls, also in branches that no rendering reaches.

use handlebars::template::{HelperTemplate, Parameter, TemplateElement};

use super::helpers;
use super::walk;

/// A helper that this element calls and that does not exist. Templates inside the element are not checked.
pub(super) fn unknown_helper(element: &TemplateElement) -> Option<&str> {
    if let Some(helper) = walk::helper(element) {
        // A name without arguments is a variable, unless it is a block.
        let calls = helper.block || !helper.params.is_empty() || !helper.hash.is_empty();
        return unknown_in(helper, calls);
    }
    let decorator = walk::decorator(element)?;
    let mut parameters =
        [&decorator.name].into_iter().chain(&decorator.params).chain(decorator.hash.values());
    parameters.find_map(unknown_in_parameter)
}

fn unknown_in(helper: &HelperTemplate, calls: bool) -> Option<&str> {
    let own = helper.name.as_name().filter(|name| calls && !is_known(name));
    own.or_else(|| helper.params.iter().chain(helper.hash.values()).find_map(unknown_in_parameter))
}

fn unknown_in_parameter(parameter: &Parameter) -> Option<&str> {
    let Parameter::Subexpression(inner) = parameter else { return None };
    // Everything in brackets is a call.
    walk::helper(&inner.element).and_then(|helper| unknown_in(helper, true))
}

fn is_known(name: &str) -> bool {
    // `{{{{raw}}}}` is part of the language.
    name == "raw" || helpers::names().any(|known| known == name)
}
