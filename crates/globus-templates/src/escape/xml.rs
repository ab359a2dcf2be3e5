//! XML 1.0: text, and attributes in either kind of quotes ([XML, 2.2](https://www.w3.org/TR/xml/#charsets)).

use super::replace::{picture, replace_signs};

/// Text or the inside of a quoted attribute.
pub fn text(text: &str) -> String {
    replace_signs(text, |character, safe| {
        safe.push_str(match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            // In an attribute these would be read as spaces, and a lone CR anywhere as a line feed.
            '\t' => "&#9;",
            '\n' => "&#10;",
            '\r' => "&#13;",
            // Not valid in XML 1.0, not even as references.
            '\0'..='\u{1f}' => {
                safe.push(picture(character));
                return true;
            }
            '\u{fffe}' | '\u{ffff}' => "\u{fffd}",
            _ => return false,
        });
        true
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_that_xml_forbids_is_left() {
        assert_eq!(super::text("a\u{0}\u{1b}[31m\u{ffff}"), "a\u{2400}\u{241b}[31m\u{fffd}");
        assert_eq!(super::text("<a b='c'>&\"\r\n\t"), "&lt;a b=&#39;c&#39;&gt;&amp;&quot;&#13;&#10;&#9;");
    }
}
