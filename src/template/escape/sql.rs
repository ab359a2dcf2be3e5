//! SQL as its standard, SQLite and PostgreSQL read it: a string literal in single quotes.
//!
//! MySQL and MariaDB take a backslash in it for an escape, unless their `sql_mode` has `NO_BACKSLASH_ESCAPES`.
//! Without that, this is not safe for them, and no way of writing text is safe for all.

/// A string literal, with its quotes. SQLite and PostgreSQL know no NUL in SQL text, so it is shown by its picture.
pub(in crate::template) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''").replace('\0', "\u{2400}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_quote_is_doubled() {
        assert_eq!(super::literal("it's \\"), "'it''s \\'");
        assert_eq!(super::literal("a\0"), "'a\u{2400}'");
    }
}
