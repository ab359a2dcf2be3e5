//! Markdown: running text, also in a table or a heading
//! ([CommonMark, 2.4 and 2.5](https://spec.commonmark.org/0.31.2/#backslash-escapes), and
//! [GitHub's](https://github.github.com/gfm/) tables and links).

use std::fmt::Write;

use super::replace::replace;

/// Text without meaning in Markdown: a backslash before each special character, also in what GitHub turns into a link
/// (`www.`, `://`, `@`).
pub(in crate::template) fn text(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut at = 0;
    replace(text, |character, safe| {
        let at_an_end = at == 0 || at == last;
        at += 1;
        match character {
            '\0' => safe.push('\u{2400}'),
            // A line end would end a heading, an item or a row. Spaces at either end are markup, or are dropped.
            ' ' if at_an_end => safe.push_str("&#32;"),
            '\u{1}'..='\u{1f}' => drop(write!(safe, "&#{};", u32::from(character))),
            '!' | '#' | '$' | '&' | '(' | ')' | '*' | '+' | '-' | '.' | ':' | '<' | '=' | '>' | '@' | '['
            | '\\' | ']' | '^' | '_' | '`' | '{' | '|' | '}' | '~' | '"' | '\'' => {
                safe.push('\\');
                safe.push(character);
            }
            _ => return false,
        }
        true
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn marks_are_escaped_and_lines_stay_one() {
        assert_eq!(super::text("*a* [b](c)"), r"\*a\* \[b\]\(c\)");
        assert_eq!(super::text("1. a\n\n# b"), r"1\. a&#10;&#10;\# b");
        assert_eq!(super::text("    code  "), "&#32;   code &#32;");
        assert_eq!(super::text("www.example.org"), r"www\.example\.org");
    }
}
