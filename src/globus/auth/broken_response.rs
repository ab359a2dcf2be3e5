//! Refresh tokens in a response that is not whole JSON: a new one may be the only valid one.

use secrecy::SecretString;

/// The refresh tokens whose text is whole, those of the outermost object first.
pub(super) fn refresh_tokens(text: &str) -> Vec<SecretString> {
    let mut found: Vec<(usize, SecretString)> = Vec::new();
    let mut depth: usize = 0;
    let mut rest = text;
    while let Some(at) = rest.find(['"', '{', '[', '}', ']']) {
        let (mark, after) = rest[at..].split_at(1);
        match mark {
            "{" | "[" => depth += 1,
            "}" | "]" => depth = depth.saturating_sub(1),
            _ => {
                let Some((name, after_name)) = string(&rest[at..]) else { break };
                rest = after_name;
                let value = after_name.trim_start().strip_prefix(':').map(str::trim_start);
                if let Some((token, after_value)) = value.and_then(string).filter(|_| name == "refresh_token")
                {
                    rest = after_value;
                    if !token.is_empty() {
                        found.push((depth, token.into()));
                    }
                }
                continue;
            }
        }
        rest = after;
    }
    found.sort_by_key(|(depth, _)| *depth);
    found.into_iter().map(|(_, token)| token).collect()
}

/// The string that this JSON begins with, and what follows; `None` unless it is whole.
fn string(json: &str) -> Option<(String, &str)> {
    let mut strings = serde_json::Deserializer::from_str(json.starts_with('"').then_some(json)?).into_iter();
    let string = strings.next()?.ok()?;
    let length = strings.byte_offset();
    Some((string, json.get(length..)?))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn found(text: &str) -> Vec<String> {
        refresh_tokens(text).iter().map(|token| token.expose_secret().to_owned()).collect()
    }

    #[test]
    fn a_whole_text_is_found_wherever_the_rest_breaks() {
        for (text, expected) in [
            (r#"{"refresh_token": "new""#, &["new"][..]),
            (r#"{"access_token": oops, "refresh_token" : "n\u0065w", "scope": "#, &["new"]),
            (r#"{"refresh_token": "ne"#, &[]),
            (r#"{"refresh_token": null, "scope": "refresh_token", "x": ["refresh_token", "y"]"#, &[]),
            (r#"{"scope": "\"refresh_token\": \"no\"", "refresh_token": "new", "#, &["new"]),
            (
                r#"{"other_tokens": [{"refresh_token": "theirs"}], "refresh_token": "new", "#,
                &["new", "theirs"],
            ),
            (r#"<html>{"refresh_token":"new"}"#, &["new"]),
            (r#"{"refresh_token": """#, &[]),
            ("", &[]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_is_found_from_the_byte_on_that_ends_it() {
        let body = r#"{"access_token": "fresh", "refresh_token": "new", "resource_server": "groups"}"#;
        let end = body.find(r#""new""#).unwrap() + 5;
        for length in 0..=body.len() {
            assert_eq!(found(&body[..length]).len(), usize::from(length >= end), "{length}");
        }
    }
}
