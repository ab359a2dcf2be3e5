//! Names of lists that the profile fetches.

use super::conversion::Conversion;
use crate::diagnostic::nearest;
use crate::profile::read::{Entry, excerpt};

/// Reports the name in this entry unless it is one of these lists.
pub(super) fn check_list(entry: &Entry<'_>, lists: &[String], conversion: &mut Conversion<'_, '_>) {
    let Some(name) = entry.as_str().filter(|name| !lists.iter().any(|list| list == name)) else { return };
    let message = format!("this profile fetches no list `{}`", excerpt(name));
    let help = match nearest(name, lists.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it fetches {}", in_words(lists)),
    };
    conversion.report.error_help(entry.span.clone(), message, help);
}

fn in_words(lists: &[String]) -> String {
    lists.iter().map(|list| format!("`{list}`")).collect::<Vec<_>>().join(", ")
}
