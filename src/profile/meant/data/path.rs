//! The path of a list, with keys of its parent's rows.

use std::ops::Range;

use crate::profile::data::{PathPart, PathTemplate};

/// Why a path cannot be used, and which bytes of it are wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadPath {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) help: &'static str,
}

const KEY_HELP: &str = "`{endpoints.id}` is the `id` of each row of `[data.endpoints]`";

pub(super) fn parse(text: &str) -> Result<PathTemplate, BadPath> {
    let bad = |at: Range<usize>, message: String, help| Err(BadPath { at, message, help });
    if text.trim_matches('/').is_empty() {
        return bad(0..text.len(), "the path is empty".to_owned(), "such as \"/v0.10/task_list\"");
    }
    if let Some(at) = text.find(['?', '#']) {
        let help = "write the query as `params = { KEY = \"VALUE\" }`";
        return bad(at..text.len(), "a path holds no query or fragment".to_owned(), help);
    }
    if let Some((at, character)) = outside_braces(text).find(|(_, character)| !is_of_path(*character)) {
        let message = format!("a path can't hold `{}` as it is", character.escape_debug());
        return bad(at..at + character.len_utf8(), message, "percent-encode it, as in `a%20b`");
    }
    let mut start = usize::from(text.starts_with('/'));
    for segment in text[start..].split('/') {
        let span = start..start + segment.len();
        start = span.end + 1;
        if segment.is_empty() && span.end < text.len() {
            let at = span.end.saturating_sub(1)..span.end + 1;
            return bad(at, "a path can't hold `//`".to_owned(), "write one slash");
        }
        if matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..") {
            let message = format!("a path can't go through `{segment}`");
            return bad(span, message, "write the path that is meant");
        }
    }
    let mut parts = Vec::new();
    let mut parent: Option<&str> = None;
    let mut at = 0;
    while let Some(brace) = text[at..].find(['{', '}']).map(|found| at + found) {
        let close = text[brace..].find('}').map(|found| brace + found);
        let Some(close) = close.filter(|_| text[brace..].starts_with('{')) else {
            return bad(brace..brace + 1, "this brace has no other one".to_owned(), KEY_HELP);
        };
        let span = brace..close + 1;
        let inner = &text[brace + 1..close];
        let Some((name, key)) = inner.split_once('.').filter(|(name, key)| is_name(name) && is_key(key))
        else {
            let message = format!("`{{{inner}}}` does not name a list and a key of its rows");
            return bad(span, message, KEY_HELP);
        };
        if parent.is_some_and(|parent| parent != name) {
            let help = "`include_from_parent` hands keys of a parent on to the rows of its child";
            return bad(span, "a path has keys of one parent only".to_owned(), help);
        }
        parent = Some(name);
        parts.extend((at < brace).then(|| PathPart::Text(text[at..brace].to_owned())));
        parts.push(PathPart::Key(key.to_owned()));
        at = close + 1;
    }
    parts.extend((at < text.len()).then(|| PathPart::Text(text[at..].to_owned())));
    Ok(PathTemplate { parent: parent.map(Into::into), parts })
}

/// The characters that are not of a key.
fn outside_braces(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut in_key = false;
    text.char_indices().filter(move |(_, character)| {
        in_key = *character == '{' || in_key && *character != '}';
        !in_key
    })
}

/// Whether a URL keeps it as it is; braces are around keys.
fn is_of_path(character: char) -> bool {
    character.is_ascii_alphanumeric() || "/-._~!$&'()*+,;=:@%{}".contains(character)
}

/// Whether a template can write it after a dot.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether it is a dotted path.
pub(super) fn is_key(text: &str) -> bool {
    text.split('.').all(|key| !key.is_empty() && !key.contains(|c: char| c.is_whitespace() || c.is_control()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_parent_stand_in_braces() {
        let parsed = parse("/v0.10/endpoint/{endpoints.id}/access_list").unwrap();
        assert_eq!(parsed.parent.as_deref(), Some("endpoints"));
        assert_eq!(
            parsed.parts,
            [
                PathPart::Text("/v0.10/endpoint/".to_owned()),
                PathPart::Key("id".to_owned()),
                PathPart::Text("/access_list".to_owned())
            ]
        );
        let parsed = parse("{a.b.c}{a.d}").unwrap();
        assert_eq!(parsed.keys().collect::<Vec<_>>(), ["b.c", "d"]);
        assert_eq!(
            parse("/x").unwrap(),
            PathTemplate { parent: None, parts: vec![PathPart::Text("/x".to_owned())] }
        );
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        for (text, at, word) in [
            ("", 0..0, "empty"),
            ("/", 0..1, "empty"),
            ("/a?b=c", 2..6, "no query"),
            ("/a#b", 2..4, "no query"),
            ("//evil.example/x", 0..2, "can't hold `//`"),
            ("/a//b", 2..4, "can't hold `//`"),
            ("/a//", 2..4, "can't hold `//`"),
            ("/../x", 1..3, "go through `..`"),
            ("/a/./b", 3..4, "go through `.`"),
            ("/a/%2E%2e/b", 3..9, "go through `%2E%2e`"),
            ("/ä b", 1..3, "can't hold `ä`"),
            ("\\\\evil.example", 0..1, "can't hold"),
            ("/a/{b.c", 3..4, "no other one"),
            ("/a/b}", 4..5, "no other one"),
            ("/a/{b}", 3..6, "does not name"),
            ("/a/{b.}", 3..7, "does not name"),
            ("/a/{b-c.d}", 3..10, "does not name"),
            ("/a/{{b.c}}", 3..9, "does not name"),
            ("/a/{b.c}/{d.e}", 9..14, "one parent"),
        ] {
            let bad = parse(text).unwrap_err();
            assert_eq!(bad.at, at, "{text}");
            assert!(bad.message.contains(word), "{text}: {}", bad.message);
        }
    }
}
