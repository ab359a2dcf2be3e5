//! Markdown: running text, also in a table or a heading
//! ([CommonMark, 2.4 and 2.5](https://spec.commonmark.org/0.31.2/#backslash-escapes), and
//! [GitHub's](https://github.github.com/gfm/) tables and links).
//!
//! A character is escaped only where it can be markup. A value does not know whether it begins a line, so its first
//! characters are escaped as if it did.

use std::fmt::Write;

use crate::stops::Stops;

/// Separates what would become a link, and shows nothing. GitHub looks for addresses and `@name` in the finished text,
/// where escapes are gone. It can't be the first thing in a line, where it would make the line HTML.
const BREAK: &str = "<!-- -->";

/// Text without meaning in Markdown.
pub fn text(text: &str) -> String {
    written(text, plain_run)
}

/// `run` tells how many bytes from a place on are copied at once.
fn written(text: &str, run: fn(&[u8], usize) -> usize) -> String {
    let mut safe = String::with_capacity(text.len() + text.len() / 8);
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let run = run(text.as_bytes(), at);
        if run > 0 {
            safe.push_str(&text[at..at + run]);
            at += run;
            continue;
        }
        let end = at + character.len_utf8();
        let place = Place { before: &text[..at], after: &text[end..] };
        match place.written(character) {
            // Writing to a text can't fail.
            Written::Reference => drop(write!(safe, "&#{};", u32::from(character))),
            Written::Escaped => safe.extend(['\\', character]),
            Written::As(other) => safe.push_str(other),
            Written::Plain => safe.push(character),
        }
        if place.is_broken_after(character) {
            safe.push_str(BREAK);
        }
        at = end;
    }
    safe
}

/// How many bytes from this one on are plain, whatever stands around them: most are, and are copied at once.
fn plain_run(text: &[u8], from: usize) -> usize {
    let last = text.len().saturating_sub(1);
    let is_plain_at_end = |at: usize| text.get(at).is_some_and(|byte| is_plain_anywhere(*byte));
    let mut at = from;
    if at == 0 {
        if !is_plain_at_end(at) {
            return 0;
        }
        at += 1;
    }
    let inside = text.get(at..last).unwrap_or_default();
    at += MARKUP_INSIDE.run(inside);
    if at == last && is_plain_at_end(at) {
        at += 1;
    }
    at - from
}

fn is_plain_anywhere(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() && !matches!(byte, b'w' | b'W')
}

/// What may be markup inside of a value. A `w` may begin `www.`.
const MARKUP_INSIDE: Stops = Stops::at_all_but(" ,;\"'%?!=+-#/(").and_at("wW");

/// How a character is written.
enum Written {
    Plain,
    /// With a backslash.
    Escaped,
    /// As a numeric character reference.
    Reference,
    As(&'static str),
}

/// What stands around a character in its value.
struct Place<'t> {
    before: &'t str,
    after: &'t str,
}

impl Place<'_> {
    fn written(&self, character: char) -> Written {
        let (is_first, is_last) = (self.before.is_empty(), self.after.is_empty());
        let last = self.before.chars().next_back();
        let next = self.after.chars().next();
        match character {
            '\0' => Written::As("\u{2400}"),
            // A line end would end a heading, an item or a row.
            '\u{1}'..='\u{1f}' => Written::Reference,
            // Spaces at either end are markup, or are dropped.
            _ if (is_first || is_last) && character.is_whitespace() => Written::Reference,
            '\u{feff}' if is_first => Written::Reference,
            // Not all readers know `\<` and `\&`.
            '<' => Written::As("&lt;"),
            '>' if is_first => Written::As("&gt;"),
            '&' if next.is_none_or(|next| next.is_ascii_alphanumeric() || next == '#') => {
                Written::As("&amp;")
            }
            // In a table, some readers take the second one for an escape of what follows.
            '\\' if matches!(next, None | Some('|')) => Written::Reference,
            // Inside of a word it is none.
            '_' if last.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric) => {
                Written::Plain
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '{' | '}' | '|' | '~' | '$' | '^' => Written::Escaped,
            '#' | '-' | '+' | '=' | ':' | '.' | '(' | ')' if is_first => Written::Escaped,
            // An ordered list.
            '.' | ')'
                if next.is_none_or(char::is_whitespace)
                    && self.before.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                Written::Escaped
            }
            // The end of a heading, and an image.
            '#' | '!' if is_last => Written::Escaped,
            _ => Written::Plain,
        }
    }

    /// Whether a link is broken after this character. Other values can stand right before and after this one.
    fn is_broken_after(&self, character: char) -> bool {
        let next = self.after.chars().next();
        match character {
            ':' => self.after.starts_with("//") || matches!(self.after, "" | "/"),
            '/' => self.before.is_empty() && next == Some('/'),
            '@' => next.is_none_or(|next| next.is_alphanumeric() || matches!(next, '-' | '_' | '.')),
            'w' | 'W' if next == Some('.') => {
                let from = self.before.len().saturating_sub(2);
                self.before
                    .get(from..)
                    .is_some_and(|before| before.bytes().all(|byte| matches!(byte, b'w' | b'W')))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser};

    use super::{plain_run, text, written};

    #[test]
    fn only_what_is_markup_at_its_place_is_escaped() {
        for plain in [
            "d3974728-6458-11e4-b72d-123139141556",
            "Claptrap's \"own\" (x) group, 50% + 1.",
            "snake_case_name",
            "Ice & snow = water! #3 > #2",
            "v1.2: a/b, 7:30",
            "2024 budget. Final",
        ] {
            assert_eq!(text(plain), plain);
        }
    }

    #[test]
    fn marks_are_escaped_and_lines_stay_one() {
        for (value, written) in [
            ("*a* [b](c)", r"\*a\* \[b\](c)"),
            ("1. a\n\n# b", r"1\. a&#10;&#10;# b"),
            ("10)", r"10\)"),
            ("- a", r"\- a"),
            ("# a #", r"\# a \#"),
            ("> a <b>", "&gt; a &lt;b>"),
            ("===", r"\==="),
            (": a", r"\: a"),
            ("(x)", r"\(x)"),
            ("a!", r"a\!"),
            ("_a_ b__", r"\_a\_ b\_\_"),
            ("a\\b \\", r"a\\b &#92;"),
            ("a\\|b", r"a&#92;\|b"),
            ("&amp; R&D & Q&", "&amp;amp; R&amp;D & Q&amp;"),
            ("{{x}} {% y %} ${z}$", r"\{\{x\}\} \{% y %\} \$\{z\}\$"),
            ("    code  ", "&#32;   code &#32;"),
            ("\u{a0}a\u{3000}", "&#160;a&#12288;"),
            ("\u{feff}a\0", "&#65279;a\u{2400}"),
        ] {
            assert_eq!(text(value), written);
        }
    }

    #[test]
    fn nothing_links_itself() {
        for (value, written) in [
            ("www.example.org", "www<!-- -->.example.org"),
            ("w.example.org", "w<!-- -->.example.org"),
            ("http:", "http:<!-- -->"),
            ("http:/", "http:<!-- -->/"),
            ("WwW.example.org", "WwW<!-- -->.example.org"),
            ("https://example.org", "https:<!-- -->//example.org"),
            ("://x", r"\:<!-- -->//x"),
            ("//example.org", "/<!-- -->/example.org"),
            ("a@example.org", "a@<!-- -->example.org"),
            ("@octocat", "@<!-- -->octocat"),
            ("a @ b", "a @ b"),
            ("öw.w.", "öw.w."),
        ] {
            assert_eq!(text(value), written);
        }
    }

    proptest! {
        #[test]
        fn what_is_copied_at_once_is_plain(value in "[ -~éwW.:/#1-3]{0,12}") {
            prop_assert_eq!(written(&value, plain_run), written(&value, |_, _| 0));
        }
    }

    /// The text that a reader finds in each place of a document. Fails where there is any other markup.
    fn read(document: &str) -> Vec<String> {
        use pulldown_cmark::{Tag, TagEnd};
        let options = Options::all() - Options::ENABLE_SMART_PUNCTUATION;
        let mut texts = Vec::new();
        for event in Parser::new_ext(document, options) {
            match event {
                Event::Start(
                    Tag::Paragraph
                    | Tag::Heading { .. }
                    | Tag::Item
                    | Tag::TableCell
                    | Tag::Link { .. }
                    | Tag::Image { .. },
                ) => texts.push(String::new()),
                Event::Text(text) => texts.last_mut().unwrap().push_str(&text),
                Event::SoftBreak => texts.last_mut().unwrap().push('\n'),
                Event::InlineHtml(html) if &*html == super::BREAK => {}
                Event::Start(
                    Tag::List(_) | Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::BlockQuote(_),
                ) => {}
                Event::End(end) => assert_ne!(end, TagEnd::CodeBlock),
                other => panic!("{other:?} in {document}"),
            }
        }
        texts
    }

    fn value() -> impl Strategy<Value = String> {
        let markup = prop::sample::select(
            [
                " ",
                "  ",
                "#",
                "-",
                "+",
                "*",
                "_",
                "__",
                "=",
                ">",
                "<",
                "<b>",
                "<!--",
                "-->",
                "&",
                "&amp;",
                "&#32;",
                ";",
                "`",
                "~",
                "~~~",
                "[",
                "]",
                "(",
                ")",
                "[x]: y",
                "[^1]",
                "](x)",
                "!",
                "\\",
                "|",
                ":",
                "--",
                "1",
                "1.",
                "2)",
                "{",
                "}",
                "$",
                "$$",
                "^",
                "\t",
                "\n",
                "\r",
                "www.x.org",
                "http://x.org",
                "a@b.c",
                "\u{a0}",
                "\u{2028}",
                "é",
                "a",
                "\"",
                "'",
                "++",
                "%%",
                "[[",
                "]]",
                "---",
                "[ ]",
                "[!NOTE]",
                "\u{feff}",
                "+++",
            ]
            .as_slice(),
        );
        let piece =
            prop_oneof![4 => markup.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
        prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat().replace('\0', "\u{2400}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            rng_seed: proptest::test_runner::RngSeed::Fixed(31),
            cases: 2048,
            ..ProptestConfig::default()
        })]

        /// Other values can stand right beside one, and can be empty.
        #[test]
        fn a_reader_finds_the_same_text_in_each_place(a in value(), b in value()) {
            let (one, two) = (text(&a), text(&b));
            for document in [
                format!("{one}{two}\n"),
                format!("# {one}{two}\n"),
                format!("{one}{two}\n===\n"),
                format!("> {one}{two}\n"),
            ] {
                prop_assert_eq!(read(&document), vec![format!("{}{}", a, b)], "{}", document);
            }
            for item in ["-", "1."] {
                prop_assert_eq!(read(&format!("{item} {one}{two}\n")), vec![format!("{}{}", a, b)]);
            }
            let table = format!("|{one}|{two}|\n|-|-|\n|{two}|{one}|\n| {one} | {two} |\n");
            let cells = [&a, &b, &b, &a, &a, &b].map(Clone::clone);
            prop_assert_eq!(read(&table), cells, "{}", table);
            let link = format!("x [{one}{two}](y) z\n");
            prop_assert_eq!(read(&link), ["x ".to_owned(), format!("{a}{b} z")], "{}", link);
            prop_assert_eq!(read(&format!("x\n{one}\n{two}\n")), vec![format!("x\n{a}\n{b}")]);
        }
    }
}
