//! SQL as in the standard, SQLite and PostgreSQL: a string literal in single quotes.
//!
//! Not safe for MySQL and MariaDB, where a backslash is an escape unless `sql_mode` has `NO_BACKSLASH_ESCAPES`. No way
//! of writing a text is safe for all databases.

/// A string literal with its quotes. SQL text can't contain NUL, so its picture replaces it.
pub fn literal(text: &str) -> String {
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
