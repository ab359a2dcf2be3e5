//! Words as systemd reads them in a unit; see systemd.syntax(7) and systemd.service(5).

/// A word of `ExecStart=`.
pub(super) fn word_of_command(text: &str) -> String {
    word(&text.replace('$', "$$"))
}

/// A word of a setting such as `Environment=`.
pub(super) fn word(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%");
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-=:,+@%$".contains(c);
    if !escaped.is_empty() && escaped.chars().all(plain) { escaped } else { format!("\"{escaped}\"") }
}

/// A value that is a whole line.
pub(super) fn line(text: &str) -> String {
    let text = text.replace('%', "%%");
    // A backslash at its end would add the next line.
    text.trim_end_matches('\\').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{line, word, word_of_command};

    #[test]
    fn what_systemd_would_replace_is_escaped() {
        for (text, expected) in [
            ("/home/you/p.toml", "/home/you/p.toml"),
            ("/my files/p.toml", "\"/my files/p.toml\""),
            ("/a\"b\\c", "\"/a\\\"b\\\\c\""),
            ("/100%", "/100%%"),
            ("/it's", "\"/it's\""),
            ("", "\"\""),
            ("/é", "\"/é\""),
        ] {
            assert_eq!(word(text), expected);
        }
        assert_eq!(word_of_command("/$HOME"), "/$$HOME");
        assert_eq!(line("100 %\\"), "100 %%");
    }
}
