//! A program and its arguments.

use std::path::PathBuf;

use super::conversion::Conversion;

/// The program and the arguments of these words, which are the value of this key. A program is a name that `PATH` finds, or
/// a path like any other.
pub(super) fn convert(
    words: Vec<String>,
    key: &str,
    conversion: &mut Conversion<'_, '_>,
) -> Option<(PathBuf, Vec<String>)> {
    let entry = conversion.entry(key)?;
    let first = entry.elements().next();
    if let Some(wrong) =
        entry.elements().skip(1).find(|word| word.as_str().is_some_and(|word| word.contains('\0')))
    {
        conversion.report.error(wrong.span, "an argument cannot hold a NUL character");
        return None;
    }
    let mut arguments = words.into_iter();
    let Some(name) = arguments.next() else {
        if first.is_none() {
            conversion.report.error_help(entry.span, format!("`{key}` is empty"), "name a program");
        }
        return None;
    };
    let is_path = name.contains(['/', '\0']) || name.is_empty();
    let program = if is_path { conversion.path(first, &name)? } else { PathBuf::from(name) };
    Some((program, arguments.collect()))
}
