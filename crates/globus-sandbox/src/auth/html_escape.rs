//! Text in a page.

/// The text for the content of an element, or an attribute in quotes.
pub(super) fn html_escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::html_escape;

    #[test]
    fn markup_is_text() {
        assert_eq!(
            html_escape("<a title='é'>\"&\"</a>"),
            "&lt;a title=&#39;é&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;"
        );
    }
}
