//! The helpers that a template calls, also in branches that no rendering reaches.

use handlebars::template::{HelperTemplate, Parameter, TemplateElement};

use super::helpers;
use super::problem::{self, Explanation};
use super::{syntax, walk};

/// A name that is called, or could be.
pub(super) struct Call<'t> {
    pub(super) name: &'t str,
    /// Whether it has arguments, is in brackets or is a block. Any other name is a variable, if there is one.
    is_certain: bool,
    is_block: bool,
    /// Whether it stands where only true or false matters.
    is_condition: bool,
    arguments: &'t [Parameter],
}

/// Visits every call in this element. Templates inside the element are not visited.
pub(super) fn each<'t>(element: &'t TemplateElement, visit: &mut impl FnMut(&Call<'t>)) {
    if let Some(helper) = walk::helper(element) {
        let is_certain = helper.block || !helper.params.is_empty() || !helper.hash.is_empty();
        return in_helper(helper, is_certain, helper.block, visit);
    }
    let Some(decorator) = walk::decorator(element) else { return };
    for parameter in [&decorator.name].into_iter().chain(&decorator.params).chain(decorator.hash.values()) {
        // A partial can use an argument as a condition.
        in_parameter(parameter, true, visit);
    }
}

fn in_helper<'t>(
    helper: &'t HelperTemplate,
    is_certain: bool,
    is_condition: bool,
    visit: &mut impl FnMut(&Call<'t>),
) {
    let name = helper.name.as_name();
    if let Some(name) = name {
        visit(&Call { name, is_certain, is_block: helper.block, is_condition, arguments: &helper.params });
    }
    let takes_conditions =
        name.is_some_and(|name| matches!(name, "if" | "unless" | "json") || helpers::is_question(name));
    for parameter in helper.params.iter().chain(helper.hash.values()) {
        in_parameter(parameter, takes_conditions, visit);
    }
}

fn in_parameter<'t>(parameter: &'t Parameter, is_condition: bool, visit: &mut impl FnMut(&Call<'t>)) {
    if let Parameter::Subexpression(inner) = parameter
        && let Some(helper) = walk::helper(&inner.element)
    {
        in_helper(helper, true, is_condition, visit);
    }
}

impl Call<'_> {
    /// What is wrong with the call itself, whatever the values of its arguments are.
    pub(super) fn mistake(&self) -> Option<Explanation> {
        if self.is_certain && !helpers::exists(self.name) {
            let mut explanation = problem::no_helper(self.name);
            if self.is_block && explanation.help.is_none() {
                explanation.help = Some(syntax::blocks_for(self.name));
            }
            return Some(explanation);
        }
        // In other languages it gives one of its arguments, and true or false is the same only where both are conditions.
        let is_choice = self.is_certain && matches!(self.name, "or" | "and");
        if is_choice && !self.is_condition && !self.arguments.iter().all(is_true_or_false) {
            return Some(Explanation {
                message: format!("`{}` gives true or false, not one of its arguments", self.name),
                help: Some("`{{coalesce A B}}` gives the first that is not empty".to_owned()),
            });
        }
        None
    }
}

fn is_true_or_false(parameter: &Parameter) -> bool {
    match parameter {
        Parameter::Literal(value) => value.is_boolean(),
        Parameter::Subexpression(inner) => inner.is_helper() && helpers::is_question(inner.name()),
        _ => false,
    }
}
