//! Reading a text by runs: most characters of an output change little in a lexer, and are taken together.

use super::fault::Checked;

/// A lexer that reads characters, and takes a run of those that mean the same to it at once.
pub(super) trait ByRuns {
    /// How many bytes of this text, which is not empty, [`pass`](Self::pass) takes; 0 if it has to be read by character.
    fn run(&self, rest: &str) -> usize;

    /// What [`character`](Self::character) does for each of these, which is not empty.
    fn pass(&mut self, run: &str) -> Checked;

    fn character(&mut self, character: char) -> Checked;

    fn read(&mut self, text: &str) -> Checked {
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let length = self.run(rest);
            if length > 0 {
                let (run, after) = rest.split_at(length);
                self.pass(run)?;
                rest = after;
            } else {
                self.character(character)?;
                rest = &rest[character.len_utf8()..];
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::landing::dot::Dot;
    use crate::landing::html::Html;
    use crate::landing::json::Json;
    use crate::landing::lexer::{Lexer, ValueKind};
    use crate::landing::markdown::Markdown;
    use crate::landing::xml::Xml;
    use crate::landing::yaml::Reader;

    /// What means something in one of the formats, and what does not.
    const PARTS: [&str; 83] = [
        "<",
        ">",
        "</",
        "/",
        "<p ",
        "<p>",
        "<br/>",
        "</p>",
        "<!--",
        "-->",
        "--",
        "<script>",
        "</script>",
        "<title>",
        "</title",
        "<style>",
        "</style>",
        "<svg>",
        "<meta content=",
        "http-equiv",
        "<a href=\"",
        "href",
        "=",
        "=\"",
        "\"",
        "'",
        "''",
        "\\",
        "\\\"",
        "&",
        "&amp;",
        "&#",
        ";",
        "#",
        " # ",
        "[",
        "]",
        "](",
        "]:",
        "]]>",
        "<![CDATA[",
        "<?xml ",
        "?>",
        "<!DOCTYPE r [",
        "{",
        "}",
        "(",
        ")",
        ":",
        ": ",
        ",",
        "- ",
        "1. ",
        "> ",
        "---",
        "...",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        " ",
        "    ",
        "\t",
        "`",
        "```",
        "|",
        "!",
        "![",
        "//",
        "/*",
        "*/",
        "->",
        "abc",
        "X_9",
        "é",
        "\u{a0}",
        "\u{2028}",
        "\u{ffff}",
        "\u{1}",
        "shape=",
        "record",
        "\\u00e9",
        "null",
    ];

    #[derive(Debug, Clone)]
    enum Piece {
        Text(String),
        Value(String, ValueKind),
    }

    fn pieces() -> impl Strategy<Value = Vec<Piece>> {
        let text = || vec(select(&PARTS[..]), 0..12).prop_map(|parts| parts.concat());
        let kind =
            any::<bool>().prop_map(|whole| if whole { ValueKind::Finished } else { ValueKind::Escaped });
        let value = prop_oneof![
            select(&["a", "1", "a b", "\"c\"", "{}", "x://y"][..]).prop_map(str::to_owned),
            text()
        ];
        let value = (value, kind).prop_filter("empty", |(value, _)| !value.is_empty());
        vec(
            prop_oneof![3 => text().prop_map(Piece::Text), 1 => value.prop_map(|(value, kind)| Piece::Value(value, kind))],
            1..6,
        )
    }

    /// The verdicts and the states of a lexer that reads each text as `read` has it.
    fn trace<L: Lexer + ByRuns + Debug>(
        mut lexer: L,
        pieces: &[Piece],
        read: impl Fn(&mut L, &str) -> Checked,
    ) -> Vec<(String, Checked)> {
        let mut trace = Vec::new();
        for piece in pieces {
            let verdict = match piece {
                Piece::Text(text) => read(&mut lexer, text),
                Piece::Value(value, kind) => lexer.value(value, *kind),
            };
            let refused = verdict.is_err();
            trace.push((format!("{lexer:?}"), verdict));
            if refused {
                return trace;
            }
        }
        let end = lexer.end();
        trace.push((String::new(), end));
        trace
    }

    fn check<L: Lexer + ByRuns + Debug>(new: impl Fn() -> L, pieces: &[Piece]) -> Result<(), TestCaseError> {
        let by_character = trace(new(), pieces, |lexer, text| {
            text.chars().try_for_each(|character| lexer.character(character))
        });
        prop_assert_eq!(&by_character, &trace(new(), pieces, L::read));
        let halves = trace(new(), pieces, |lexer, text| {
            let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
            lexer.read(&text[..middle])?;
            lexer.read(&text[middle..])
        });
        prop_assert_eq!(&by_character, &halves);
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            rng_seed: proptest::test_runner::RngSeed::Fixed(1),
            ..ProptestConfig::with_cases(4000)
        })]

        #[test]
        fn a_run_is_its_characters(pieces in pieces(), validate: bool) {
            check(|| Dot::new(validate), &pieces)?;
            check(|| Html::new(validate), &pieces)?;
            check(|| Json::new(validate), &pieces)?;
            check(|| Markdown::new(validate), &pieces)?;
            check(|| Xml::new(validate), &pieces)?;
            check(|| Xml::svg(validate), &pieces)?;
            check(|| Reader::new(validate), &pieces)?;
        }
    }
}
