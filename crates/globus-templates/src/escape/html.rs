//! HTML: text, and attributes in either kind of quotes ([HTML, 13.2.5](https://html.spec.whatwg.org/#tokenization)).

use super::replace::replace_signs;

/// Text or the inside of a quoted attribute.
pub fn text(text: &str) -> String {
    replace_signs(text, |character, safe| {
        safe.push_str(match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#x27;",
            // Old browsers take a backtick for a quote; both matter in an attribute without quotes.
            '`' => "&#x60;",
            '=' => "&#x3D;",
            // A lone CR is read as a line feed.
            '\r' => "&#13;",
            // HTML can't represent NUL.
            '\0' => "\u{2400}",
            _ => return false,
        });
        true
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_ends_text_or_attribute() {
        let safe = super::text("</script><b a='x' b=\"y\" c=`z`>&\r\n\0");
        assert!(!safe.contains(['<', '>', '\'', '"', '`', '=', '\r', '\0']), "{safe}");
    }
}
