//! The DOT language of Graphviz: a label in double quotes
//! ([Graphviz, escString](https://graphviz.org/docs/attr-types/escString/)).

use super::replace::{picture, replace_signs};

/// The inside of a double-quoted label.
///
/// Graphviz reads three layers: quotes, backslashes, and references such as `&lt;`. A line end becomes `\n`, which draws
/// a new line. Other control characters would make its SVG invalid, so their pictures replace them. Different texts
/// stay different as ids of nodes.
pub fn label(text: &str) -> String {
    replace_signs(text, |character, safe| {
        match character {
            // An identifier that begins with it is one of Graphviz's own.
            '%' if safe.is_empty() => safe.push_str("&#37;"),
            '"' => safe.push_str("\\\""),
            '\\' => safe.push_str(r"\\"),
            '\n' => safe.push_str(r"\n"),
            '&' => safe.push_str("&amp;"),
            '\0'..='\u{1f}' | '\u{7f}' => safe.push(picture(character)),
            // Not valid in SVG, which is XML.
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            _ => return false,
        }
        true
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn all_three_layers() {
        assert_eq!(super::label("a\"b\\N\n&lt;\r"), "a\\\"b\\\\N\\n&amp;lt;\u{240d}");
    }
}
