//! The helpers that a template calls, also where a rendering does not come by.

use handlebars::template::{HelperTemplate, Parameter, TemplateElement};

use super::helpers;
use super::walk;

/// The name of a helper that this element calls and that is not there. Those of templates inside it are not looked at.
pub(super) fn unknown_helper(element: &TemplateElement) -> Option<&str> {
    if let Some(helper) = walk::helper(element) {
        // Without arguments it is a value, unless it is a block.
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
    // In brackets there is nothing but calls.
    walk::helper(&inner.element).and_then(|helper| unknown_in(helper, true))
}

fn is_known(name: &str) -> bool {
    // `raw` is for blocks in four braces.
    name == "raw" || helpers::names().any(|known| known == name)
}
