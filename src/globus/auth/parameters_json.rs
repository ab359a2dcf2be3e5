//! Authorization parameters in JSON.

use serde_json::{Map, Value};

use super::authorization_parameters::AuthorizationParameters;
use crate::globus::scope::{self, Scope};

/// More elements of one list than any service sends.
const MAX_LIST: usize = 100;

/// Longer than any identity, domain or policy.
const MAX_STRING: usize = 300;

/// The longest message, in characters. It goes into an address, and into the command that an error shows.
const MAX_MESSAGE: usize = 1000;

/// The keys of the object that `--requirements` takes.
const KNOWN: [&str; 7] = [
    "session_message",
    "session_required_identities",
    "session_required_policies",
    "session_required_single_domain",
    "session_required_mfa",
    "prompt",
    "required_scopes",
];

const COPY: &str = "copy it from the message of the run, in single quotes";

impl AuthorizationParameters {
    /// From the value of `--requirements`; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let object: Map<String, Value> = serde_json::from_str(text)
            .map_err(|error| format!("it is not a JSON object ({error}): {COPY}"))?;
        if let Some(unknown) = object.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            return Err(format!("{unknown:?} is not one of {}", KNOWN.join(", ")));
        }
        let malformed = || "`required_scopes` is not a list of scopes".to_owned();
        let required_scopes = scopes_of(object.get("required_scopes"), true).ok_or_else(malformed)?;
        Ok(Self { required_scopes, ..Self::from_object(&object)? })
    }

    /// From the object `authorization_parameters` of an error.
    pub(super) fn from_object(parameters: &Map<String, Value>) -> Result<Self, String> {
        let wrong = |key: &str, expected: &str| format!("`{key}` is not {expected}");
        let text = |key: &str| match parameters.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.chars().take(MAX_MESSAGE).collect())),
            Some(_) => Err(wrong(key, "text")),
        };
        let list = |key: &str| strings(parameters.get(key)).ok_or_else(|| wrong(key, "a list of text"));
        let session_required_mfa = match parameters.get("session_required_mfa") {
            None | Some(Value::Null) => None,
            Some(Value::Bool(required)) => Some(*required),
            Some(Value::String(word)) if word.eq_ignore_ascii_case("true") => Some(true),
            Some(Value::String(word)) if word.eq_ignore_ascii_case("false") => Some(false),
            Some(_) => return Err(wrong("session_required_mfa", "true or false")),
        };
        Ok(Self {
            session_message: text("session_message")?,
            session_required_identities: list("session_required_identities")?,
            session_required_policies: list("session_required_policies")?,
            session_required_single_domain: list("session_required_single_domain")?,
            session_required_mfa,
            prompt: text("prompt")?,
            required_scopes: scopes_of(parameters.get("required_scopes"), false)
                .ok_or_else(|| wrong("required_scopes", "a list of scopes"))?,
            detail: None,
        })
    }
}

/// A list of strings, as a list or joined with commas; empty if it is missing.
fn strings(value: Option<&Value>) -> Option<Vec<String>> {
    let strings: Vec<String> = match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(joined)) => {
            joined.split(',').map(str::trim).filter(|string| !string.is_empty()).map(str::to_owned).collect()
        }
        Some(Value::Array(list)) => {
            list.iter().map(|string| string.as_str().map(str::to_owned)).collect::<Option<_>>()?
        }
        Some(_) => return None,
    };
    let within_limits = strings.len() <= MAX_LIST && strings.iter().all(|string| string.len() <= MAX_STRING);
    within_limits.then_some(strings)
}

/// A list of scopes, or a string with them; empty if it is missing. Unless `strict`, an invalid scope is left out.
pub(super) fn scopes_of(value: Option<&Value>, strict: bool) -> Option<Vec<Scope>> {
    let texts = match value {
        None | Some(Value::Null) => return Some(Vec::new()),
        Some(Value::String(text)) => vec![text.as_str()],
        Some(Value::Array(list)) if list.len() <= MAX_LIST => {
            list.iter().map(Value::as_str).collect::<Option<_>>()?
        }
        Some(_) => return None,
    };
    let mut scopes = Vec::new();
    for text in texts.into_iter().filter(|text| text.len() <= MAX_MESSAGE || strict) {
        match Scope::parse_list(text) {
            Ok(more) => scope::merge(&mut scopes, &more),
            Err(_) if strict => return None,
            Err(bad) => log::debug!("a required scope can't be read: {}", bad.message),
        }
    }
    Some(scopes)
}
