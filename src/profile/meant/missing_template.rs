//! Outputs without a template of their own need one at the top.

use toml::de::DeTable;

use crate::profile::read::{Entry, Report, missing_key};
use crate::profile::schema;

const KEY: &str = "template";

/// Reports each output that has no template, if there is none at the top.
pub fn missing_template(table: &DeTable<'_>, report: &mut Report<'_>) {
    if Entry::find(table, KEY).is_some() {
        return;
    }
    let outputs: Vec<Entry<'_>> = match Entry::find(table, "output") {
        Some(several) if several.is_array() => several.elements().collect(),
        one => one.into_iter().collect(),
    };
    let has_own = |output: &Entry<'_>| output.as_table().is_some_and(|output| output.contains_key(KEY));
    if !outputs.iter().any(has_own) {
        return missing_key(KEY, &schema::of_profile(), report);
    }
    for output in outputs.iter().filter(|output| !has_own(output)) {
        let message = "this `[[output]]` has no `template`, and there is none at the top";
        let help = "add a line such as `template = \"groups.csv.hbs\"` here, or before the first section for all without one";
        report.error_help(output.span.clone(), message, help);
    }
}
