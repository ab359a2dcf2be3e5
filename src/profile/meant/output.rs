//! The section `[output]`, or several `[[output]]`.

use std::path::PathBuf;

use super::conversion::Conversion;
use super::list_name::check_list;
use super::notices::hook;
use super::{guard, template};
use crate::profile::model::{EachFile, NamedTemplate, Output, OutputTarget};
use crate::profile::written;

const TAG: &str = "{{";

/// What the outputs depend on.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'s> {
    /// The template of outputs that name none.
    pub(super) template: Option<&'s NamedTemplate>,
    /// What the profile can fetch, by name.
    pub(super) lists: &'s [String],
}

/// `None` if something is wrong.
pub(super) fn convert(
    written::Outputs(outputs): written::Outputs,
    surroundings: Surroundings<'_>,
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
        .map(|(index, output)| convert_one(output, surroundings, &key(index), conversion))
        .collect();
    converted.into_iter().collect()
}

fn convert_one(
    written: written::Output,
    Surroundings { template: default, lists }: Surroundings<'_>,
    key: &str,
    conversion: &mut Conversion<'_, '_>,
) -> Option<Output> {
    let template = match &written.template {
        None => default.cloned(),
        Some(own) => template::convert(own, &format!("{key}.template"), conversion),
    };
    let guard = guard::convert(written.guard, written.path.is_some(), lists, key, conversion);
    let path = written.path.map(|path| path.to_path_buf());
    let target = match written.for_each {
        Some(list) => each(&list, written.prune, lists, key, conversion).map(OutputTarget::Each),
        None => Some(one(path, written.prune, key, conversion)),
    };
    let on_change = hook(written.on_change, &format!("{key}.on_change"), conversion);
    Some(Output {
        template: template?,
        target: target?,
        mode: written.mode,
        validate: written.validate.get(),
        byte_order_mark: written.byte_order_mark,
        on_change,
        guard,
    })
}

fn one(path: Option<PathBuf>, prune: bool, key: &str, conversion: &mut Conversion<'_, '_>) -> OutputTarget {
    let each = "such as for_each = \"groups\"";
    if prune {
        conversion.refuse_key(&format!("{key}.prune"), "`output.prune` needs `for_each`", each);
    }
    let path_key = format!("{key}.path");
    if conversion.text(&path_key).is_some_and(|path| path.contains(TAG)) {
        conversion.refuse(&path_key, "`output.path` has a tag, and there is no `for_each`", each);
    }
    path.map_or(OutputTarget::Stdout, OutputTarget::File)
}

fn each(
    list: &str,
    prune: bool,
    lists: &[String],
    key: &str,
    conversion: &mut Conversion<'_, '_>,
) -> Option<EachFile> {
    // Memberships are a part of each group, not a list of their own.
    let lists: Vec<String> = lists.iter().filter(|list| *list != "memberships").cloned().collect();
    let list_key = format!("{key}.for_each");
    if let Some(entry) = conversion.entry(&list_key) {
        check_list(&entry, &lists, conversion);
    }
    let path_key = format!("{key}.path");
    let example = "such as path = \"lists/{{slug name}}-{{id}}.txt\"";
    let Some(path) = conversion.text(&path_key) else {
        conversion.refuse_key(&list_key, "`output.for_each` needs a `path`", example);
        return None;
    };
    let Some(tag) = path.find(TAG) else {
        conversion.refuse(&path_key, "`output.path` is the same for each row", example);
        return None;
    };
    let (folder, name) = path.split_at(path[..tag].rfind('/').map_or(0, |slash| slash + 1));
    let folder = if folder.is_empty() { "./" } else { folder };
    let folder = conversion.path(conversion.entry(&path_key), folder)?;
    let place = conversion.place(&path_key)?;
    Some(EachFile { list: list.into(), folder, name: name.to_owned(), place, prune })
}
