//! The name or path of the template.

use std::ffi::OsStr;
use std::path::Path;

use super::context::Context;
use crate::profile::read::excerpt;

const HELP: &str = "its name tells the format of the output, as `groups.csv.hbs` does";

pub(super) fn meant(written: &str, context: &mut Context<'_, '_>) -> Option<String> {
    let file = Path::new(written);
    let format = file.file_stem().and_then(|stem| Path::new(stem).extension());
    if written.is_empty() {
        context.refuse("template", "`template` is empty", HELP);
        return None;
    }
    if file.extension().is_none_or(|extension| extension != "hbs") || format.is_none_or(OsStr::is_empty) {
        let message = format!("`{}` must end in a format and `.hbs`", excerpt(written));
        context.refuse("template", message, HELP);
        return None;
    }
    let entry = context.entry("template")?;
    // Expanded, but not resolved: the search path comes before the working directory.
    let path = match context.paths.expand(written) {
        Ok(expanded) => expanded.into_string().ok(),
        Err(bad) => {
            context.report.bad_path(&entry, written, bad);
            return None;
        }
    };
    match &path {
        None => context.report.error(entry.span, "the path of a template must be UTF-8"),
        Some(path)
            if context.paths.folder.is_none() && path.contains('/') && !Path::new(path).is_absolute() =>
        {
            let message = "a profile built into the program cannot hold a relative path";
            context.report.error(entry.span, message);
        }
        Some(_) => {}
    }
    path
}
