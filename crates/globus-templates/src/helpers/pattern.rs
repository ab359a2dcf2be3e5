//! Regular expressions: `regex_replace`, and the comparison `matches`.

use std::cell::RefCell;
use std::collections::HashMap;

use regex_lite::{Regex, RegexBuilder};

use super::call::{Call, CallError, wrong};
use super::function::{Function, function};
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] =
    &[function("regex_replace", "{{regex_replace TEXT PATTERN TO}}", (3, 3), regex_replace)
        .elsewhere("regexReplaceAll replaceRE replace_re gsub")];

/// How much memory a compiled pattern may take, in bytes.
const MAX_SIZE: usize = 1 << 20;

/// How many patterns stay compiled. A template holds a few; only one that computes them has more.
const MAX_CACHED: usize = 32;

thread_local! {
    static CACHE: RefCell<HashMap<String, Regex>> = RefCell::new(HashMap::new());
}

/// The text with every match of a pattern replaced. `$1` and `${name}` are what a group of the pattern matched.
fn regex_replace(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let (text, to) = (call.text(0)?, call.text(2)?);
    let pattern = compiled(&call.text(1)?)?;
    Ok(pattern.replace_all(&text, &*to).into_owned().into())
}

/// Whether a pattern matches anywhere in the text.
pub(super) fn is_match(text: &str, pattern: &str) -> Result<bool, CallError> {
    Ok(compiled(pattern)?.is_match(text))
}

/// The pattern, compiled once in a run.
fn compiled(pattern: &str) -> Result<Regex, CallError> {
    CACHE.with_borrow_mut(|cache| {
        if let Some(compiled) = cache.get(pattern) {
            return Ok(compiled.clone());
        }
        if ignores_case(pattern) && !pattern.is_ascii() {
            return wrong("`(?i)` knows only the letters a to z; compare `(lower text)` with small letters");
        }
        let compiled = RegexBuilder::new(pattern).size_limit(MAX_SIZE).build();
        let compiled = compiled.or_else(|error| wrong(format!("`{pattern}` is not a pattern: {error}")))?;
        if cache.len() == MAX_CACHED {
            cache.clear();
        }
        cache.insert(pattern.to_owned(), compiled.clone());
        Ok(compiled)
    })
}

/// Whether the flag `i` is set anywhere, as in `(?i)`, `(?si:a)` or `(?-i)`.
fn ignores_case(pattern: &str) -> bool {
    pattern.split("(?").skip(1).any(|group| {
        let flags = group.split([')', ':', '<', 'P']).next().unwrap_or_default();
        flags.contains('i')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_linear_and_bounded() {
        // Exponential for a backtracking engine.
        assert!(!is_match(&"a".repeat(5000), "^(a|a)*b$").unwrap());
        assert!(is_match("a", "((a{1,500}){1,500}){1,500}").is_err());
        assert!(is_match("a", &"(".repeat(10_000)).is_err());
        for number in 0..100 {
            assert!(is_match(&number.to_string(), &format!("^{number}$")).unwrap());
        }
        CACHE.with_borrow(|cache| assert!(cache.len() <= MAX_CACHED));
    }

    #[test]
    fn letters_beyond_ascii_are_not_silently_missed() {
        assert!(is_match("Größe", "ö").unwrap() && is_match("GROSS", "(?i)gross").unwrap());
        for pattern in ["(?i)größe", "(?s-i:ö)", "a(?im)ö"] {
            assert!(is_match("GRÖSSE", pattern).is_err(), "{pattern}");
        }
        assert!(!is_match("x", "(?<timi>ö)").unwrap() && !is_match("x", "(?P<i>ö)").unwrap());
    }
}
