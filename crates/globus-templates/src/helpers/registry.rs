//! All helpers, by their names.

use super::function::Function;
use super::{
    filter, fragments, links, lists, local_name, logic, numbers, pattern, sort, table, text, time, tree,
    unix_id, unnest,
};
use crate::nearest::nearest;

const ALL: &[&[Function]] = &[
    filter::ALL,
    fragments::ALL,
    links::ALL,
    lists::ALL,
    local_name::ALL,
    logic::ALL,
    numbers::ALL,
    pattern::ALL,
    sort::ALL,
    table::ALL,
    text::ALL,
    time::ALL,
    tree::ALL,
    unix_id::ALL,
    unnest::ALL,
];

/// The helpers of Handlebars itself that this program keeps. `{{{{raw}}}}` is part of the language.
const BUILT_IN: [&str; 6] = ["each", "if", "unless", "with", "lookup", "raw"];

/// What other template languages have and this one does not need: their names, and what to do here.
const NEEDLESS: [(&str, &str); 7] = [
    (
        "escape e h html_escape escape_html xml_escape csv_escape",
        "every value is escaped for its format; write `{{x}}`",
    ),
    ("safe html mark_safe", "`{{{x}}}` writes a value as it is, without escaping"),
    ("log debug print echo", "`runner data` prints what a template sees; write `{{x}}`"),
    ("set assign let", "`{{#with x as |name|}}` gives a value a name"),
    ("for range foreach", "`{{#each list}}` is the loop"),
    ("include render partial", "`{{> name}}` includes a template"),
    ("elif elseif elsif", "write `{{else if x}}`"),
];

fn all() -> impl Iterator<Item = &'static Function> {
    ALL.iter().copied().flatten()
}

/// The helper of this program with this name or alias.
#[must_use]
pub fn own(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name == name || function.aliases.contains(&name))
}

/// The names of all helpers but those of Handlebars itself.
#[must_use]
pub fn names() -> Vec<&'static str> {
    all().map(|function| function.name).collect()
}

#[must_use]
pub fn exists(name: &str) -> bool {
    BUILT_IN.contains(&name) || own(name).is_some()
}

/// Whether the helper gives true or false.
pub(crate) fn is_question(name: &str) -> bool {
    own(name).is_some_and(|function| function.is_question)
}

/// What to write instead of a helper that does not exist.
#[must_use]
pub fn instead_of(name: &str) -> Option<String> {
    let is_in = |names: &str| names.split(' ').any(|other| other.eq_ignore_ascii_case(name));
    if let Some(function) = all().find(|function| is_in(function.elsewhere)) {
        return Some(format!("here it is `{}`: {}", function.name, function.signature));
    }
    if let Some((_, advice)) = NEEDLESS.iter().find(|(names, _)| is_in(names)) {
        return Some((*advice).to_owned());
    }
    let names =
        all().flat_map(|function| [function.name].into_iter().chain(function.aliases.iter().copied()));
    let near = nearest(name, names.chain(BUILT_IN))?;
    Some(format!("did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const PAGE: &str = include_str!("../../../../docs/src/helpers.md");

    /// `tests/helpers.rs` renders the examples.
    #[test]
    fn the_book_has_the_signature_and_an_example_of_every_helper() {
        for function in all() {
            let name = function.name;
            assert!(PAGE.contains(&format!("`{}`", function.signature)), "{}", function.signature);
            for alias in function.aliases {
                assert!(PAGE.contains(&format!("`{alias}`")), "{alias}");
            }
            let calls = [format!("{{{{{name} "), format!("({name} ")];
            let examples = PAGE.lines().filter(|line| line.contains(" → ") || !line.starts_with('|'));
            let shown = examples.filter(|line| calls.iter().any(|call| line.contains(call))).count();
            assert!(shown > 0, "{name} has no example");
        }
    }

    #[test]
    fn a_name_means_one_thing() {
        let mut seen = BTreeSet::from_iter(BUILT_IN);
        let elsewhere = all().flat_map(|function| function.elsewhere.split(' '));
        let elsewhere = elsewhere.chain(NEEDLESS.iter().flat_map(|(names, _)| names.split(' ')));
        let own =
            all().flat_map(|function| [function.name].into_iter().chain(function.aliases.iter().copied()));
        for name in own.chain(elsewhere.filter(|name| !name.is_empty())) {
            assert!(seen.insert(name), "{name}");
        }
    }

    #[test]
    fn a_name_from_another_language_is_known() {
        for (name, advice) in [
            ("upcase", "here it is `upper`: {{upper TEXT}}"),
            ("toUpperCase", "here it is `upper`: {{upper TEXT}}"),
            ("escape", "every value is escaped for its format; write `{{x}}`"),
            ("uper", "did you mean `upper`?"),
            ("lenght", "did you mean `length`?"),
            ("eech", "did you mean `each`?"),
        ] {
            assert_eq!(instead_of(name).as_deref(), Some(advice), "{name}");
        }
        assert_eq!(instead_of("quux"), None);
    }
}
