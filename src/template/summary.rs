//! The description of a template.

/// The first line of the comment that a template begins with, `{{! … }}` or `{{!-- … --}}`.
#[must_use]
pub fn summary(template: &str) -> Option<&str> {
    let comment = template.trim_start().strip_prefix("{{!")?;
    let inner = match comment.strip_prefix("--") {
        Some(inner) => inner.split("--}}").next()?,
        None => comment.split("}}").next()?,
    };
    inner.lines().map(str::trim).find(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn a_comment_at_the_start_is_a_summary() {
        assert_eq!(summary("{{! Mine }}a"), Some("Mine"));
        assert_eq!(summary("\n{{!--\n  A {{b}}\n  c\n--}}"), Some("A {{b}}"));
        for none in ["", "a{{! b }}", "{{!}}", "{{!-- --}}", "{{b}}"] {
            assert_eq!(summary(none), None, "{none}");
        }
    }
}
