//! Globs that names match.

use std::borrow::Cow;

use glob::{MatchOptions, Pattern};
use icu_normalizer::ComposingNormalizerBorrowed;
use schemars::JsonSchema;
use serde::Deserialize;

/// A glob. With `!` before it, it excludes what it matches.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct NameGlob {
    #[schemars(skip)]
    pattern: Pattern,
    #[schemars(skip)]
    excludes: bool,
}

/// A name is no path: no character of it is special.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: false,
    require_literal_leading_dot: false,
};

impl NameGlob {
    /// Whether these globs leave a name in: one of them matches it, or all of them exclude, and none excludes it.
    #[must_use]
    pub fn choose(globs: &[Self], name: &str) -> bool {
        if globs.is_empty() {
            return true;
        }
        let (excluding, including): (Vec<&Self>, Vec<&Self>) = globs.iter().partition(|glob| glob.excludes);
        let name = composed(name);
        let matches = |glob: &&Self| glob.pattern.matches_with(&name, OPTIONS);
        (including.is_empty() || including.iter().any(matches)) && !excluding.iter().any(matches)
    }
}

impl NameGlob {
    /// A name that these globs leave in, made from another name; `None` if none was found. Names that they leave in stay.
    #[must_use]
    pub fn example(globs: &[Self], name: &str) -> Option<String> {
        let fillings = [name, "x", ""];
        let made = globs
            .iter()
            .filter(|glob| !glob.excludes)
            .flat_map(|glob| fillings.map(|filling| glob.filled(filling)));
        std::iter::once(name.to_owned()).chain(made).find(|name| Self::choose(globs, name))
    }

    /// A name that the glob matches, with this text for each `*`.
    fn filled(&self, filling: &str) -> String {
        let mut name = String::new();
        let mut rest = self.pattern.as_str();
        while let Some(first) = rest.chars().next() {
            rest = &rest[first.len_utf8()..];
            match first {
                '*' => name.push_str(filling),
                '?' => name.push('x'),
                '[' => {
                    // The first character of a set may be `]`.
                    let end = rest
                        .char_indices()
                        .skip(1 + usize::from(rest.starts_with('!')))
                        .find(|(_, c)| *c == ']');
                    let Some((end, _)) = end else { return name };
                    let set = format!("[{}]", &rest[..end]);
                    rest = &rest[end + 1..];
                    let one = Pattern::new(&set).ok().and_then(|set| {
                        let candidates = set.as_str().chars().chain(' '..='~');
                        candidates
                            .filter(|c| *c != '[' || set.matches("["))
                            .find(|c| set.matches(&c.to_string()))
                    });
                    name.extend(one);
                }
                other => name.push(other),
            }
        }
        name
    }
}

/// The text with each letter and its accents as one character, so that `é` is `é` however it was typed.
fn composed(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

impl TryFrom<String> for NameGlob {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let excluded = text.strip_prefix('!');
        let glob = excluded.unwrap_or(&text);
        if glob.is_empty() {
            return Err("is an empty glob, which no name matches\n`*` matches every name".to_owned());
        }
        if glob.contains("**") {
            return Err("has `**`, which is for paths\none `*` stands for any text".to_owned());
        }
        match Pattern::new(&composed(glob)) {
            Ok(pattern) => Ok(Self { pattern, excludes: excluded.is_some() }),
            Err(error) => Err(format!(
                "is no glob: the `[` at character {} lacks its `]`\n`[[]` is a `[` itself",
                error.pos + 1 + usize::from(excluded.is_some())
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NameGlob;

    fn glob(text: &str) -> NameGlob {
        text.to_owned().try_into().unwrap_or_else(|why| panic!("{text}: {why}"))
    }

    fn chosen(globs: &[&str], name: &str) -> bool {
        let globs: Vec<_> = globs.iter().map(|text| glob(text)).collect();
        NameGlob::choose(&globs, name)
    }

    #[test]
    fn a_name_is_chosen_by_one_glob_and_excluded_by_another() {
        for (globs, name, expected) in [
            (&[][..], "anything", true),
            (&["lab-*"], "lab-a", true),
            (&["lab-*"], "lab-", true),
            (&["lab-*"], "a lab-a", false),
            (&["lab-*"], "Lab-a", false),
            (&["lab-*", "!*-test"], "lab-a-test", false),
            (&["!*-test", "lab-*"], "lab-a-test", false),
            (&["!*-test", "lab-*"], "lab-a", true),
            (&["!*-test"], "other", true),
            (&["!*-test"], "other-test", false),
            (&["a", "b"], "b", true),
            (&["a", "b"], "ab", false),
            (&["a?c"], "aéc", true),
            (&["a?c"], "ac", false),
            (&["*"], "with/slash\nand .dot", true),
            (&["*"], ".hidden", true),
            (&["a*c"], "a/b/c", true),
            (&["[a-c]x"], "bx", true),
            (&["[!a-c]x"], "bx", false),
            (&["[!a-c]x"], "dx", true),
            (&["a[*]"], "a*", true),
            (&["a[*]"], "ab", false),
            (&["[[]x]"], "[x]", true),
            (&["a!"], "a!", true),
            (&["!\u{e9}*"], "e\u{301}t\u{e9}", false),
            (&["e\u{301}?"], "\u{e9}t", true),
        ] {
            assert_eq!(chosen(globs, name), expected, "{globs:?} {name:?}");
        }
    }

    #[test]
    fn an_example_is_a_name_that_is_left_in() {
        for (globs, example) in [
            (&["lab-*"][..], "lab-Name"),
            (&["*-[a-c]?"], "Name-ax"),
            (&["[!a-z]*"], "Name"),
            (&["x[!x]"], "x["),
            (&["[]]"], "]"),
            (&["a[*]"], "a*"),
            (&["lab-*", "!*N*"], "lab-x"),
            (&["!N*"], ""),
            (&["Na*"], "Name"),
            (&["é*x"], "éNamex"),
        ] {
            let globs: Vec<_> = globs.iter().map(|text| glob(text)).collect();
            let found = NameGlob::example(&globs, "Name");
            assert_eq!(found.unwrap_or_default(), example, "{globs:?}");
        }
    }

    /// Many stars take no time that grows with their number as a power.
    #[test]
    fn a_hostile_name_takes_no_time() {
        assert!(!chosen(&[&format!("{}b", "*a".repeat(30))], &"a".repeat(2000)));
    }

    #[test]
    fn what_is_no_glob_is_refused() {
        for (text, why) in [
            ("", "empty"),
            ("!", "empty"),
            ("a**", "`**`"),
            ("[a", "`[` at character 1"),
            ("é[a", "`[` at character 2"),
            ("![a", "`[` at character 2"),
            ("[]", "`[` at character 1"),
        ] {
            let error = NameGlob::try_from(text.to_owned()).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
