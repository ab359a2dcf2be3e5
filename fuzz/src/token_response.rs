//! A response of the token endpoint: whatever is in it, a new refresh token is kept.

use globus_runner::fuzzing::{Granted, token_response};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use super::chances;

const SERVER: &str = "groups.api.globus.org";
const SENT: &str = "sent";

pub fn check(input: &[u8]) {
    for status in [400, 401, 500] {
        let refused = token_response(status, input, SERVER, SENT).unwrap_err();
        assert!(
            refused.len() < 1000 && !refused.contains(char::is_control) || refused.contains('\n'),
            "{refused:?}"
        );
    }
    let granted = token_response(200, input, SERVER, SENT);
    if let Ok(granted) = &granted {
        consistent(granted);
    }
    let Ok(text) = str::from_utf8(input) else { return };
    let Ok(body) = serde_json::from_str::<Map<String, Value>>(text) else { return };
    let granted = granted.expect("a JSON object is read");
    let others = || {
        body.get("other_tokens").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
    };
    let kept: Vec<&str> = granted.refresh_tokens.iter().map(|(_, token)| token.as_str()).collect();
    let Some(new) = refresh_token(&body) else { return };
    // The one of an entry that names the resource server replaces the one that was sent, and another one has no place.
    let is_ours =
        |other: &Map<String, Value>| other.get("resource_server").is_some_and(|server| server == SERVER);
    let has_place = text_of(&body, "resource_server").is_some()
        || !others().any(|other| is_ours(other) && refresh_token(other).is_some());
    assert!(kept.contains(&new) || !has_place, "the new refresh token is lost");
    assert!(granted.secrets.iter().any(|secret| secret == new));
    for token in others().filter_map(refresh_token) {
        assert!(granted.secrets.iter().any(|secret| secret == token), "that of a further entry is lost");
    }
    from_its_end_on(text, new);
}

fn refresh_token(object: &Map<String, Value>) -> Option<&str> {
    text_of(object, "refresh_token")
}

fn text_of<'o>(object: &'o Map<String, Value>, key: &str) -> Option<&'o str> {
    object.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// One that is whole is kept from a response that is cut anywhere behind it.
fn from_its_end_on(text: &str, new: &str) {
    let raw: HashMap<String, &RawValue> = serde_json::from_str(text).unwrap();
    let value = raw["refresh_token"].get();
    let end = value.as_ptr() as usize - text.as_ptr() as usize + value.len();
    let mut random = chances::of(text.as_bytes());
    for cut in [end, random.usize(end..=text.len()), text.len()] {
        let granted =
            token_response(200, &text.as_bytes()[..cut], SERVER, SENT).expect("it has a refresh token");
        assert!(
            granted.secrets.iter().any(|secret| secret == new),
            "lost from a response that is cut at {cut}"
        );
        consistent(&granted);
    }
}

fn consistent(granted: &Granted) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!(granted.refresh_tokens.iter().any(|(server, _)| server == SERVER), "the refreshed one is stored");
    assert!(granted.refresh_tokens.iter().all(|(_, token)| !token.is_empty()));
    let is_now = granted.expires_at_seconds >= i64::try_from(now).unwrap() - 60;
    assert!(is_now || !granted.is_refreshed, "a new token expires in the future, or now");
    assert!(!granted.is_login || granted.is_refreshed || !granted.secrets.is_empty());
}
