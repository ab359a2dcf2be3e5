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
        return host.find(['/', '?', '#']).is_some_and(|end| end > 0 && !host[..end].contains(['\\', '@']));
    }
    if after_scheme.is_some() || rest.starts_with(['\\', ':']) || rest == "/" || rest.starts_with("/\\") {
        return false;
    }
    rest.find(['/', '?', '#']).is_some_and(|end| !rest[..end].contains([':', '&', '\\']))
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
            "javascript:/",
            ":/",
            "https://a@",
        ] {
            assert!(!is_settled(open), "{open}");
        }
    }
}
