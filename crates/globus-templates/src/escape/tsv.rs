//! Tab-separated values.
//!
//! The registered type [text/tab-separated-values](https://www.iana.org/assignments/media-types/text/tab-separated-values)
//! can't represent a tab or a line end in a field. The usual way is a backslash, as in PostgreSQL's `COPY`; it can be
//! undone.

use super::replace::replace;

/// A field: `\t`, `\n`, `\r` and `\\` for the characters that would end it, and for the backslash itself.
///
/// Many readers know quotes all the same. One that begins a field, after blanks for some of them, and for others any one
/// without its other half, would take the records below into the field. Quotes in such a field are `\x22`.
pub fn field(text: &str) -> String {
    let quotes = text.bytes().filter(|byte| *byte == b'"').count();
    let could_be_quoted = quotes % 2 == 1 || text.trim_start().starts_with('"');
    replace(text, |character, safe| {
        safe.push_str(match character {
            '\t' => r"\t",
            '\n' => r"\n",
            '\r' => r"\r",
            '\\' => r"\\",
            '"' if could_be_quoted => r"\x22",
            _ => return false,
        });
        true
    })
}

/// One record without its line end.
pub fn record(fields: &[String]) -> String {
    fields.iter().map(|text| field(text)).collect::<Vec<_>>().join("\t")
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_quote_holds_what_follows() {
        for (text, written) in [
            ("\"x", r"\x22x"),
            (" \u{a0}\"x\"", " \u{a0}\\x22x\\x22"),
            ("5\" pipe", r"5\x22 pipe"),
            ("\"\"", r"\x22\x22"),
            ("a \"b\"", "a \"b\""),
            ("\\x22", r"\\x22"),
        ] {
            assert_eq!(super::field(text), written);
        }
    }

    #[test]
    fn fields_stay_in_one_line_and_column() {
        assert_eq!(super::field("a\tb\r\nc\\d \"e\""), r#"a\tb\r\nc\\d "e""#);
        assert_eq!(super::record(&["a".into(), "\t".into()]), "a\t\\t");
    }
}
