//! The section `[output]`, or several `[[output]]`.

use super::conversion::Conversion;
use super::{guard, template};
use crate::profile::model::{NamedTemplate, Output};
use crate::profile::written;

/// `default` is the template of those that name none, and `lists` are what the profile can fetch, by name. `None` if something is wrong.
pub(super) fn convert(
    written::Outputs(outputs): written::Outputs,
    default: Option<&NamedTemplate>,
    lists: &[String],
    conversion: &mut Conversion<'_, '_>,
) -> Option<Vec<Output>> {
    if outputs.is_empty() {
        conversion.refuse("output", "`output` is empty", "leave it out, and the output goes to stdout");
        return None;
    }
    let is_array = conversion.entry("output").is_some_and(|entry| entry.is_array());
    let key = |index: usize| if is_array { format!("output.{index}") } else { "output".to_owned() };
    let mut to_stdout = (0..outputs.len()).filter(|index| outputs[*index].path.is_none());
    if let Some(second) = to_stdout.nth(1) {
        let help = "give it a `path`; only one output can go to stdout";
        conversion.refuse(&key(second), "a second `[[output]]` has no `path`", help);
    }
    let converted: Vec<Option<Output>> = outputs
        .into_iter()
        .enumerate()
        .map(|(index, output)| convert_one(output, default, lists, &key(index), conversion))
        .collect();
    converted.into_iter().collect()
}

fn convert_one(
    written: written::Output,
    default: Option<&NamedTemplate>,
    lists: &[String],
    key: &str,
    conversion: &mut Conversion<'_, '_>,
) -> Option<Output> {
    let template = match &written.template {
        None => default.cloned(),
        Some(own) => template::convert(own, &format!("{key}.template"), conversion),
    };
    let guard = guard::convert(written.guard, written.path.is_some(), lists, key, conversion);
    Some(Output {
        template: template?,
        path: written.path.map(|path| path.to_path_buf()),
        mode: written.mode,
        validate: written.validate.get(),
        byte_order_mark: written.byte_order_mark,
        guard,
    })
}
