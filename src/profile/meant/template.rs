//! The name or path of the template.

use std::ffi::OsStr;
use std::path::Path;

use super::conversion::Conversion;
use crate::profile::model::NamedTemplate;
use crate::profile::read::excerpt;

const HELP: &str = "its name tells the format of the output, as `groups.csv.hbs` does";

/// The template that this key names.
pub(super) fn convert(
    written: &str,
    key: &str,
    conversion: &mut Conversion<'_, '_>,
) -> Option<NamedTemplate> {
    let name = name(written, key, conversion)?;
    Some(NamedTemplate { name, place: conversion.place(key)? })
}

fn name(written: &str, key: &str, conversion: &mut Conversion<'_, '_>) -> Option<String> {
    let file = Path::new(written);
    let format = file.file_stem().and_then(|stem| Path::new(stem).extension());
    if written.is_empty() {
        conversion.refuse(key, "`template` is empty", HELP);
        return None;
    }
    if file.extension().is_none_or(|extension| extension != "hbs") || format.is_none_or(OsStr::is_empty) {
        let message = format!("`{}` must end in a format and `.hbs`", excerpt(written));
        conversion.refuse(key, message, HELP);
        return None;
    }
    let entry = conversion.entry(key)?;
    // Expanded, but not resolved: the search path comes before the working directory.
    let paths = conversion.paths.at(entry.span.start);
    let path = match paths.expand(written) {
        Ok(expanded) => expanded.into_string().ok(),
        Err(bad) => {
            conversion.report.bad_path(&entry, written, bad);
            return None;
        }
    };
    match &path {
        None => conversion.report.error(entry.span, "the path of a template must be UTF-8"),
        Some(path) if paths.folder.is_none() && path.contains('/') && !Path::new(path).is_absolute() => {
            let message = "a profile built into the program cannot hold a relative path";
            conversion.report.error(entry.span, message);
        }
        Some(_) => {}
    }
    path
}
