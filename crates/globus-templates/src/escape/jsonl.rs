//! JSON in lines: JSON whose strings hold no character that some readers take for the end of a line.

use super::json;

/// JSON text in one line, which can be the inside of a string.
pub fn one_line(json: &str) -> String {
    json::escaped(json, |character| matches!(character, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}'))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_string_holds_no_line_end() {
        assert_eq!(super::one_line("é\u{85}\u{2028}"), "é\\u0085\\u2028");
    }
}
