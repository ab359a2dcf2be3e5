//! The DOT language of Graphviz: a label in double quotes
//! ([Graphviz, escString](https://graphviz.org/docs/attr-types/escString/)).

use super::replace::{picture, replace};

/// The inside of a double-quoted label.
///
/// Graphviz reads three layers: the quotes, then backslashes, then references such as `&lt;`. A line end becomes
/// `\n`, which draws a new line. Other control characters would make the SVG it draws unreadable, so they are
/// shown by their pictures. As the id of a node, two different texts stay two different ids.
pub(in crate::template) fn label(text: &str) -> String {
    replace(text, |character, safe| {
        match character {
            '"' => safe.push_str("\\\""),
            '\\' => safe.push_str(r"\\"),
            '\n' => safe.push_str(r"\n"),
            '&' => safe.push_str("&amp;"),
            '\0'..='\u{1f}' | '\u{7f}' => safe.push(picture(character)),
            // No character of XML, which SVG is.
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
