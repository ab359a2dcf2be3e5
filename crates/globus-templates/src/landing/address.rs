//! Addresses, of which values are a part.

/// Whether what follows in an address can change neither its scheme nor its host.
pub(super) fn is_settled(before: &str) -> bool {
    let lower = before.to_ascii_lowercase();
    if lower.starts_with("mailto:") || lower.starts_with("tel:") {
        return true;
    }
    let after_scheme = ["https:", "http:"].iter().find_map(|scheme| lower.strip_prefix(scheme));
    let rest = after_scheme.unwrap_or(&lower);
    if let Some(host) = rest.strip_prefix("//") {
        let is_plain = |host: &str| !host.contains(['\\', '@', '&', ' ', '\t', '\n']);
        return host.find(['/', '?', '#']).is_some_and(|end| end > 0 && is_plain(&host[..end]));
    }
    if after_scheme.is_some() {
        return false;
    }
    // Another slash would begin a host: also one that is written as `&#47;`, or follows a character that is dropped.
    if let Some(path) = rest.strip_prefix('/') {
        return path.starts_with(|first: char| {
            first.is_alphanumeric() || matches!(first, '.' | '_' | '-' | '?' | '#' | '~')
        });
    }
    rest.find(['/', '?', '#']).is_some_and(|end| !rest[..end].contains([':', '&', '\\', '\t', '\n']))
}

#[cfg(test)]
mod tests {
    use super::is_settled;

    #[test]
    fn scheme_and_host_come_first() {
        for settled in [
            "https://x.org/",
            "http://x/a",
            "//x.org/",
            "/a",
            "a/",
            "?q=",
            "#",
            "./",
            "../a",
            "mailto:",
            "page.html?",
            "HTTPS://x?",
        ] {
            assert!(is_settled(settled), "{settled}");
        }
        for open in [
            "",
            "/",
            "//",
            "//x.org",
            "https://",
            "https://x.org",
            "https:",
            "https:/",
            "a",
            "javascript:",
            "data:text/html,/",
            "\\",
            "/\\",
            "https:///",
            "x&colon;/",
            "/&#47;",
            "/&sol;",
            "/\t",
            "/&#9;",
            "https://a&b/",
            "javascript:/",
            ":/",
            "https://a@",
        ] {
            assert!(!is_settled(open), "{open}");
        }
    }
}
