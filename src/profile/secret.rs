//! What looks like a secret in a profile, so that no message shows it.

use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use crate::diagnostic::{is_within, mask, names_secret, secrets, words_like_secrets};

/// The text of a profile, in which what looks like a secret is masked. It is searched too where TOML can't read it all,
/// generously: it is only for show.
pub(super) fn shown(text: &str) -> Arc<str> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let table = table.get_ref();
    let mut hidden = [words_like_secrets(text), secrets(text)].concat();
    in_table(table, false, &mut hidden);
    if !errors.is_empty() {
        in_text(text, &mut hidden);
    }
    mask(text, &hidden)
}

/// Whether the value of this key, however it is misspelt, is a secret.
fn is_secret(key: &str) -> bool {
    let folded: String = key.to_lowercase().chars().filter(|c| c.is_alphanumeric()).take(100).collect();
    names_secret(key) || is_within(&folded, "pingurl", 1)
}

fn is_variable_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn in_table(table: &DeTable<'_>, secret: bool, hidden: &mut Vec<Range<usize>>) {
    for (key, value) in table {
        // These name the source of a secret, not the secret. Of another type they are a mistake, and may be the secret.
        let reference = secret
            && match key.get_ref().as_ref() {
                "env" => value.get_ref().as_str().is_some_and(is_variable_name),
                "file" => value.get_ref().is_str(),
                "command" => value.get_ref().is_array(),
                _ => false,
            };
        let secret = (secret && !reference) || is_secret(key.get_ref());
        in_value(value.get_ref(), &value.span(), secret, hidden);
    }
}

fn in_value(value: &DeValue<'_>, span: &Range<usize>, secret: bool, hidden: &mut Vec<Range<usize>>) {
    match value {
        DeValue::Table(table) => in_table(table, secret, hidden),
        DeValue::Array(values) => {
            for value in values {
                in_value(value.get_ref(), &value.span(), secret, hidden);
            }
        }
        DeValue::Boolean(_) => {}
        _ if secret => hidden.push(span.clone()),
        _ => {}
    }
}

/// Everything behind a word that names a secret, to the end of its value.
fn in_text(text: &str, hidden: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some((start, end)) = next_word(text, at) {
        at = end;
        if is_secret(&text[start..end]) {
            at = value_end(text, end);
            hidden.push(end..at);
        }
    }
}

fn next_word(text: &str, from: usize) -> Option<(usize, usize)> {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let start = from + text[from..].find(part)?;
    let end = text[start..].find(|c: char| !part(c)).map_or(text.len(), |len| start + len);
    Some((start, end))
}

/// Where the value ends that stands behind a key: with its line, or for a longer one where it is closed.
fn value_end(text: &str, key_end: usize) -> usize {
    let rest = &text[key_end..];
    let value = key_end + rest.len()
        - rest.trim_start_matches(|c: char| c.is_whitespace() || "\"'=:]".contains(c)).len();
    // The quotes that open the value were passed over above; three of them together open a value of several lines.
    let opening = &text[key_end..value];
    let search = value.max(key_end);
    let close = ["\"\"\"", "'''"].into_iter().find(|quotes| opening.contains(quotes));
    let close = close.or_else(|| match text[search..].chars().next() {
        Some('[') => Some("]"),
        Some('{') => Some("}"),
        _ => None,
    });
    let from = close.map_or(search, |close| {
        text[search..].find(close).map_or(text.len(), |len| search + len + close.len())
    });
    text[from..].find('\n').map_or(text.len(), |len| from + len)
}
