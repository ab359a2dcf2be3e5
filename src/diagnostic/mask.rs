//! Hiding secrets in a text that will be shown.

use std::ops::Range;
use std::sync::Arc;

/// The same text with every byte of `hidden` replaced by `*`, so that spans into it stay valid. Line ends stay.
#[must_use]
pub fn mask(source: &str, hidden: &[Range<usize>]) -> Arc<str> {
    if hidden.is_empty() {
        return Arc::from(source);
    }
    let mut hidden: Vec<&Range<usize>> = hidden.iter().filter(|range| !range.is_empty()).collect();
    hidden.sort_by_key(|range| range.start);
    // `until` is the furthest end of the ranges that have started.
    let mut ranges = hidden.into_iter().peekable();
    let mut until = 0;
    let mut masked = String::with_capacity(source.len());
    for (at, c) in source.char_indices() {
        let end = at + c.len_utf8();
        while let Some(range) = ranges.next_if(|range| range.start < end) {
            until = until.max(range.end);
        }
        if c != '\n' && at < until {
            masked.extend(std::iter::repeat_n('*', c.len_utf8()));
        } else {
            masked.push(c);
        }
    }
    Arc::from(masked)
}

/// Tokens and client secrets are at least this long.
const MIN_SECRET: usize = 32;

/// The words of a text that look like a token or a client's secret: long, and made of capitals, small letters and
/// digits alike.
pub fn words_like_secrets(text: &str) -> Vec<Range<usize>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+/=_-".contains(c);
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(is_part).map(|start| at + start) {
        let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |length| start + length);
        let word = &text[start..end];
        let has = |kind: fn(&u8) -> bool| word.as_bytes().iter().filter(|byte| kind(byte)).count() >= 2;
        // A path that begins at the root or at `~` has capitals and digits, too.
        let is_path = word.starts_with('/') || text[..start].ends_with(['~', '.', '}']);
        let is_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
        if word.len() >= MIN_SECRET && is_mixed && !is_path {
            words.push(start..end);
        }
        at = end;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{mask, words_like_secrets};

    #[test]
    fn tokens_and_secrets_are_told_from_other_words() {
        let words = |text: &str| -> Vec<String> {
            words_like_secrets(text).into_iter().map(|range| text[range].to_owned()).collect()
        };
        let token = "Ag0wx4Y1kK9bJmVvZ2D7nEr3oQpLxYzabcdefgh12XyZ";
        let secret = "dGhpcyBpcyBub3QgYSBz/ZWNyZXQgYnV0IGl0IGxvb2tz+Cg=";
        assert_eq!(words(&format!("a = \"{token}\" # {secret}\n")), [token, secret]);
        for text in [
            "61338d24-54d5-408f-a10d-66c06b59f6d2",
            "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships",
            "https://auth.globus.org/scopes/61338D24-54d5-408f-a10d-66c06b59f6d2/All",
            "/home/Someone/Projects/OfTheYear2026/And/A/Long/Path/To/Tokens2",
            "~/Projects/OfTheYear2026/And/A/Long/Path/To/Tokens2",
            "THE_NAME_OF_A_VARIABLE_THAT_IS_LONG_2",
        ] {
            assert_eq!(words(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn keeps_every_offset() {
        let text = "a = \"hé\"\nb = 1\n";
        assert_eq!(&*mask(text, std::slice::from_ref(&(4..9))), "a = *****\nb = 1\n");
        assert_eq!(&*mask(text, &[14..15, 0..1, 4..9, 5..6]), "* = *****\nb = *\n");
        assert_eq!(mask(text, std::slice::from_ref(&(7..12))).len(), text.len());
    }
}
