//! A POSIX shell: a word in single quotes, which only a single quote ends
//! ([POSIX, 2.2.2](https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02)).

/// One word with its quotes. A word can't contain NUL, so its picture replaces it.
pub fn word(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''").replace('\0', "\u{2400}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_a_quote_ends_a_word() {
        assert_eq!(super::word(""), "''");
        assert_eq!(
            super::word("it's $(x)\n`y`\\"),
            r"'it'\''s $(x)
`y`\'"
        );
        assert_eq!(super::word("a\0b"), "'a\u{2400}b'");
    }
}
