//! Tab-separated values.
//!
//! The registered type [text/tab-separated-values](https://www.iana.org/assignments/media-types/text/tab-separated-values)
//! can't represent a tab or a line end in a field. The usual way is a backslash, as in PostgreSQL's `COPY`; it can be
//! undone.

use super::replace::replace;

/// A field: `\t`, `\n`, `\r` and `\\` for the characters that would end it, and for the backslash itself.
pub(in crate::template) fn field(text: &str) -> String {
    replace(text, |character, safe| {
        safe.push_str(match character {
            '\t' => r"\t",
            '\n' => r"\n",
            '\r' => r"\r",
            '\\' => r"\\",
            _ => return false,
        });
        true
    })
}

/// The text with an apostrophe before it, if a spreadsheet would take it for a formula. In TSV a spreadsheet reads a
/// quote too: a formula could follow it, and it would swallow the lines below.
pub(in crate::template) fn without_formula(text: &str) -> String {
    if text.trim_start().starts_with('"') { format!("'{text}") } else { super::csv::without_formula(text) }
}

/// One record without its line end.
pub(in crate::template) fn record(fields: &[String]) -> String {
    fields.iter().map(|text| field(text)).collect::<Vec<_>>().join("\t")
}

#[cfg(test)]
mod tests {
    #[test]
    fn fields_stay_in_one_line_and_column() {
        assert_eq!(super::field("a\tb\r\nc\\d \"e\""), r#"a\tb\r\nc\\d "e""#);
        assert_eq!(super::without_formula("\"=cmd()"), "'\"=cmd()");
        assert_eq!(super::without_formula("=cmd()"), "'=cmd()");
        assert_eq!(super::without_formula("a \"b\""), "a \"b\"");
        assert_eq!(super::record(&["a".into(), "\t".into()]), "a\t\\t");
    }
}
