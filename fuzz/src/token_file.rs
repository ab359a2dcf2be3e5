//! A token file: what is in it stays, and a damaged one is never taken for an empty one.

use globus_runner::fuzzing::rewritten_token_file;
use serde_json::{Map, Value};

const NAMESPACE: &str = "DEFAULT";
/// What this program adds to a token, and leaves out where there is none.
const OWN: [&str; 3] = ["client_id", "auth_url", "username"];

pub fn check(input: &[u8]) {
    let written = match rewritten_token_file(input, NAMESPACE) {
        Ok(written) => written,
        Err(error) => {
            let message = error.to_string();
            assert!(message.len() < 2000 + input.len(), "{message}");
            return;
        }
    };
    let before: Value = serde_json::from_slice(input).expect("what is no JSON is an error");
    let before = before.as_object().expect("what is no object is an error");
    let after: Map<String, Value> = serde_json::from_slice(&written).unwrap();
    let data = match before["format_version"].as_str() {
        Some("1.0") => Map::from_iter([(NAMESPACE.to_owned(), before["by_rs"].clone())]),
        Some("2.0") => before["data"].as_object().expect("`data` that is no object is an error").clone(),
        other => panic!("format {other:?} is read"),
    };
    for (key, value) in
        before.iter().filter(|(key, _)| !["by_rs", "data", "format_version"].contains(&key.as_str()))
    {
        assert_eq!(after.get(key), Some(value), "{key} of another program is lost");
    }
    let is_new = |namespace: &str| namespace == NAMESPACE && !data.contains_key(namespace);
    let stored = after["data"].as_object().unwrap();
    assert!(stored.keys().all(|namespace| data.contains_key(namespace) || is_new(namespace)));
    for (namespace, tokens) in &data {
        if namespace == NAMESPACE {
            same_tokens(tokens, &stored[namespace]);
        } else {
            assert_eq!(&stored[namespace], tokens, "{namespace} of another program is lost");
        }
    }
    let again = rewritten_token_file(&written, NAMESPACE).expect("what was written is read");
    assert_eq!(again, written, "twice is once");
}

fn same_tokens(before: &Value, after: &Value) {
    let (before, after) =
        (before.as_object().expect("tokens that are no object are an error"), after.as_object().unwrap());
    assert_eq!(before.len(), after.len());
    for (server, token) in before {
        let token = token.as_object().expect("a token that is no object is an error");
        for (key, value) in token {
            let is_left_out = value.is_null() && OWN.contains(&key.as_str());
            let found = after[server].get(key);
            assert!(found == Some(value) || is_left_out && found.is_none(), "`{key}` of a token is lost");
        }
    }
}
