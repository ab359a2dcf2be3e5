//! CSV: [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180).

use std::borrow::Cow;

use crate::eight_bytes::equal;

/// A field, quoted if RFC 4180 requires it. Empty text stays empty.
pub fn field(text: &str) -> Cow<'_, str> {
    // A reader would take it for a byte order mark at the start of a file.
    let is_quoted = has_special(text.as_bytes()) || text.starts_with('\u{feff}');
    if is_quoted { quoted(text).into() } else { text.into() }
}

/// Whether a text has a comma, a quote or a line end.
fn has_special(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some((eight, after)) = rest.split_first_chunk() {
        let eight = u64::from_le_bytes(*eight);
        let marks = equal(b',', eight) | equal(b'"', eight) | equal(b'\r', eight) | equal(b'\n', eight);
        if marks != 0 {
            return true;
        }
        rest = after;
    }
    rest.iter().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n'))
}

/// A field in quotes.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 8);
    quoted.push('"');
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'"', rest.as_bytes()) {
        let (before, after) = rest.split_at(at + 1);
        quoted.push_str(before);
        quoted.push('"');
        rest = after;
    }
    quoted.push_str(rest);
    quoted.push('"');
    quoted
}

/// One record without its line end. A record of one empty field is `""`, because an empty line is not a record.
pub fn record(fields: &[String]) -> String {
    match fields {
        [one] if one.is_empty() => "\"\"".to_owned(),
        _ => fields.iter().map(|text| field(text)).collect::<Vec<_>>().join(","),
    }
}

/// The text with an apostrophe before each part that a spreadsheet would take for a formula.
///
/// As [OWASP](https://owasp.org/www-community/attacks/CSV_Injection) recommends, and also with white space before the
/// sign. Where the separator is `;`, as in many countries, a spreadsheet also begins a cell after a `;`, a tab or a line
/// end inside a field, and drops quotes there. A field that is a plain number such as `-5` stays: it is not a formula.
pub fn without_formula(text: &str) -> String {
    if is_number(text) {
        return text.to_owned();
    }
    let mut safe = String::with_capacity(text.len() + 1);
    let is_formula = |cell: &str| cell.trim_start_matches(is_skipped).starts_with(is_sign);
    if is_formula(text) || text.starts_with(['\t', '\r']) {
        safe.push('\'');
    }
    for (index, cell) in text.split_inclusive([';', '\t', '\r', '\n']).enumerate() {
        if index > 0
            && is_formula(cell.trim_start_matches(|character| character == '"' || is_skipped(character)))
        {
            safe.push('\'');
        }
        safe.push_str(cell);
    }
    safe
}

/// Whether a spreadsheet could drop this character at the start of a cell.
fn is_skipped(character: char) -> bool {
    character.is_whitespace() || character.is_control() || character == '\u{feff}'
}

fn is_sign(character: char) -> bool {
    matches!(character, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

/// Whether the text is a decimal number, with or without a sign.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        for (text, needed, always) in [
            ("", "", "\"\""),
            ("Plain name", "Plain name", "\"Plain name\""),
            ("a,b", "\"a,b\"", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\"", "\"say \"\"hi\"\"\""),
            ("\"", "\"\"\"\"", "\"\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\"", "\"two\r\nlines\""),
            ("lone\rreturn", "\"lone\rreturn\"", "\"lone\rreturn\""),
            ("é\u{202e}", "é\u{202e}", "\"é\u{202e}\""),
            ("\u{feff}a", "\"\u{feff}a\"", "\"\u{feff}a\""),
        ] {
            assert_eq!(field(text), needed);
            assert_eq!(quoted(text), always);
        }
    }

    #[test]
    fn records() {
        let record =
            |fields: &[&str]| record(&fields.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(record(&["a", "b,c", ""]), "a,\"b,c\",");
        assert_eq!(record(&[""]), "\"\"");
        assert_eq!(record(&[]), "");
    }

    #[test]
    fn formulas() {
        for formula in
            ["=cmd()", "+1+1", "-1+cmd", "@SUM(A1)", " =1", "\tx", "＝1", "-", "+.5.", "-1e5", "\u{feff}=1"]
        {
            assert_eq!(without_formula(formula), format!("'{formula}"));
        }
        for (text, guarded) in [
            ("x;=1+41;y", "x;'=1+41;y"),
            ("x; \"\"@A1", "x;' \"\"@A1"),
            ("=1;-5;+a", "'=1;'-5;'+a"),
            ("a\tb\t=1\r\n-1\n@x", "a\tb\t'=1\r\n'-1\n'@x"),
            ("\t=1", "'\t'=1"),
            (";\u{feff}=1", ";'\u{feff}=1"),
        ] {
            assert_eq!(without_formula(text), guarded);
        }
        for plain in ["", "a=b", "-5", "+1.50", "Climate", "'=1", "a; b", ";", "a;1-2;"] {
            assert_eq!(without_formula(plain), plain);
        }
    }
}
