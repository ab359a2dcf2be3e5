//! Helpers for addresses and file names.

use std::fmt::Write;

use icu_normalizer::ComposingNormalizerBorrowed;
use url::Url;

use super::call::{Call, CallError};
use super::function::{Function, function};
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[
    function("slug", "{{slug TEXT}}", (1, 1), slug).elsewhere("slugify urlize parameterize kebabcase"),
    function("url", "{{url TEXT}}", (1, 1), url).elsewhere("safe_url safeURL"),
    function("urlencode", "{{urlencode TEXT}}", (1, 1), urlencode)
        .elsewhere("url_encode encodeURI encodeURIComponent urlquery percent_encode cgi_escape"),
];

/// What `url` gives for anything that is not an address. A browser opens an error page.
const NO_ADDRESS: &str = "about:invalid";

/// The longest name that `slug` gives, in bytes. A file name can have 255, and an extension follows.
const MAX_SLUG: usize = 200;

/// The address if its scheme is harmless, as a browser reads it. Names are written by other people, and one of them must
/// not stop the run, so everything else becomes an address that leads nowhere.
fn url(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(harmless(&call.text(0)?).unwrap_or_else(|| NO_ADDRESS.to_owned()).into())
}

fn harmless(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    matches!(url.scheme(), "https" | "http" | "mailto").then(|| url.into())
}

/// The text as a part of a URL: every byte but letters, digits and `-._~` as `%XX` (RFC 3986, section 2.3).
fn urlencode(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let mut encoded = String::new();
    for byte in call.text(0)?.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a text can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    Ok(encoded.into())
}

/// The text as a file name: small letters and digits, and one `-` for everything between them.
fn slug(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(slug_of(&call.text(0)?).into())
}

pub(super) fn slug_of(text: &str) -> String {
    let mut slug = String::new();
    // `é` can be one character or two, and only as one it is a letter.
    let text = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    for character in text.chars().flat_map(char::to_lowercase) {
        if slug.len() + character.len_utf8() > MAX_SLUG {
            break;
        }
        if character.is_alphanumeric() {
            slug.push(character);
        } else if matches!(character, '\u{300}'..='\u{36f}') {
            // An accent that its letter has no character for.
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    if slug.is_empty() { "unnamed".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_a_file_name() {
        let long = "ü".repeat(500);
        for hostile in [
            "",
            ".",
            "..",
            "/",
            "../../etc/passwd",
            "-rf",
            "~root",
            "a\0b",
            "CON",
            "*",
            "a/b\\c",
            "\u{202e}txt",
            "  ",
            "\n",
            "$(id)",
            "`id`",
            "日本",
            "e\u{301}",
            "İ",
            &long,
            ".hidden",
            "a..",
            "-",
            "🦀",
        ] {
            let slug = slug_of(hostile);
            assert!(!slug.is_empty() && slug.len() <= MAX_SLUG, "{hostile:?}");
            assert!(!slug.starts_with('-') && !slug.ends_with('-'), "{hostile:?}: {slug}");
            assert!(slug.chars().all(|c| c.is_alphanumeric() || c == '-'), "{hostile:?}: {slug}");
        }
        assert_eq!(slug_of("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug_of("Größe & Χρόνος"), "größe-χρόνος");
        assert_eq!(slug_of("E\u{301}cole İzmir"), "école-izmir");
    }

    #[test]
    fn only_harmless_schemes_are_addresses() {
        for harmful in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://example.org/1",
            "view-source:https://example.org",
            "//example.org",
            "/path",
            "example.org",
            "",
            "https://",
            "https:// /",
        ] {
            assert_eq!(harmless(harmful), None, "{harmful:?}");
        }
        for (given, address) in [
            ("https://example.org", "https://example.org/"),
            ("HTTP://Example.org/a b\"<'", "http://example.org/a%20b%22%3C'"),
            ("https:\\\\example.org\\a", "https://example.org/a"),
            (" https://example.org/\n?x", "https://example.org/?x"),
            ("mailto:ada@example.edu?subject=a b", "mailto:ada@example.edu?subject=a%20b"),
        ] {
            assert_eq!(harmless(given).as_deref(), Some(address), "{given:?}");
        }
    }
}
