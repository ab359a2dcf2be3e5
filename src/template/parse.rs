//! Parsing one file of a template.

use handlebars::Template;

use super::{nesting, problem};
use crate::Result;
use crate::catalog::SourceText;

/// The name a template has in its engine. No partial can have it.
pub(super) const MAIN: &str = "";

pub(super) fn parse(source: &SourceText) -> Result<Template> {
    if let Some((span, message)) = nesting::beyond_limit(&source.text) {
        return Err(problem::beyond_limit(source, span, message));
    }
    Template::compile(&source.text).map_err(|error| problem::in_syntax(source, &error))
}
