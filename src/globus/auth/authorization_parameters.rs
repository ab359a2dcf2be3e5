//! What a service asks of a login before it answers: a "Globus Auth AuthorizationParameters Error".
//!
//! <https://globus-sdk-python.readthedocs.io/en/stable/authorization/gare.html>

use std::fmt::Write;

use reqwest::StatusCode;
use serde_json::{Map, Value, json};

use crate::globus::scope::{self, Scope};

/// More elements of one list than any service sends.
const LONGEST_LIST: usize = 100;

/// Longer than any identity, domain or policy.
const LONGEST_WORD: usize = 300;

/// More words than anybody reads. They go into an address, and into the command that a message shows.
const LONGEST_MESSAGE: usize = 1000;

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

/// What a login has to be like, so that a service will answer. The names are those of the authorize URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AuthorizationParameters {
    /// Why, in the service's own words, where it gave some. The login page shows it too.
    session_message: Option<String>,
    session_required_identities: Vec<String>,
    session_required_policies: Vec<String>,
    session_required_single_domain: Vec<String>,
    session_required_mfa: Option<bool>,
    prompt: Option<String>,
    /// The consents it asks for, with their dependencies.
    required_scopes: Vec<Scope>,
    /// What the error said where there is no `session_message`.
    detail: Option<String>,
}

impl AuthorizationParameters {
    /// Whether an answer asks for another login, in any of the shapes that Globus services use.
    pub(crate) fn in_response(status: StatusCode, body: &[u8]) -> Option<Self> {
        if !matches!(status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED) {
            return None;
        }
        let body: Value = serde_json::from_slice(body).ok()?;
        let root = body.as_object()?;
        let errors = root.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let inner = || errors.iter().filter_map(Value::as_object).find_map(Self::in_error);
        Self::in_error(root).or_else(inner)
    }

    /// From the object that `--requirements` takes; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let object: Map<String, Value> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if let Some(unknown) = object.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            return Err(format!("{unknown:?} is not one of {}", KNOWN.join(", ")));
        }
        let malformed = || "`required_scopes` is not a list of scopes".to_owned();
        let required_scopes = scopes_of(object.get("required_scopes"), true).ok_or_else(malformed)?;
        Ok(Self { required_scopes, ..Self::from_parameters(&object)? })
    }

    /// As [`parse`](Self::parse) takes it, in one line of ASCII without a single quote, so that it can stand in
    /// single quotes in a shell whatever the service wrote.
    pub(crate) fn to_json(&self) -> String {
        let lists = [
            ("session_required_identities", &self.session_required_identities),
            ("session_required_policies", &self.session_required_policies),
            ("session_required_single_domain", &self.session_required_single_domain),
        ];
        let scopes: Vec<String> = self.required_scopes.iter().map(Scope::to_string).collect();
        let mut object = Map::new();
        let mut put = |key: &str, value: Value| {
            if !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()) {
                object.insert(key.to_owned(), value);
            }
        };
        put("session_message", json!(self.session_message));
        for (key, list) in lists {
            put(key, json!(list));
        }
        put("session_required_mfa", json!(self.session_required_mfa));
        put("prompt", json!(self.prompt));
        put("required_scopes", json!(scopes));
        ascii(&Value::Object(object).to_string())
    }

    /// The parameters of the authorize URL that ask for this. Lists are joined with commas.
    pub(crate) fn session_parameters(&self) -> Vec<(&'static str, String)> {
        let listed = |list: &[String]| (!list.is_empty()).then(|| list.join(","));
        // The Globus SDK is written in Python, and so is this boolean.
        let mfa =
            self.session_required_mfa.map(|required| if required { "True" } else { "False" }.to_owned());
        [
            ("session_message", self.session_message.clone()),
            ("session_required_identities", listed(&self.session_required_identities)),
            ("session_required_policies", listed(&self.session_required_policies)),
            ("session_required_single_domain", listed(&self.session_required_single_domain)),
            ("session_required_mfa", mfa),
            ("prompt", self.prompt.clone()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// The scopes it asks for.
    pub(crate) fn scopes(&self) -> &[Scope] {
        &self.required_scopes
    }

    /// Whether consents are all that it asks for: a service account can get those without a login.
    pub(crate) fn is_consent_only(&self) -> bool {
        let session = self.session_parameters();
        !self.required_scopes.is_empty() && session.iter().all(|(name, _)| *name == "session_message")
    }

    /// Why, for a person: the service's own words, then what it asks for.
    pub(crate) fn explain(&self) -> String {
        let mut asked = Vec::new();
        if self.session_required_mfa == Some(true) {
            asked.push("multi-factor authentication".to_owned());
        }
        let listed = [
            ("a login as ", &self.session_required_identities),
            ("a login with an account of ", &self.session_required_single_domain),
            ("a login that satisfies the policy ", &self.session_required_policies),
        ];
        for (words, list) in listed.into_iter().filter(|(_, list)| !list.is_empty()) {
            let list: Vec<String> = list.iter().map(|word| one_line(word)).collect();
            asked.push(format!("{words}{}", list.join(" or ")));
        }
        if !self.required_scopes.is_empty() {
            asked.push(format!("consent to {}", scope::join(&self.required_scopes)));
        }
        if asked.is_empty() {
            asked.push("a new login".to_owned());
        }
        let asked = asked.join(", and ");
        match self.session_message.as_ref().or(self.detail.as_ref()) {
            Some(words) => format!("{} (it asks for {asked})", one_line(words)),
            None => format!("it asks for {asked}"),
        }
    }

    /// One error, of the current shape or an older one. The older ones have no `code`, name scopes beside
    /// `authorization_parameters` or in place of it, and join lists with commas.
    fn in_error(error: &Map<String, Value>) -> Option<Self> {
        let text = |key: &str| error.get(key).and_then(Value::as_str);
        let consent = text("code") == Some("ConsentRequired");
        let dependent = text("error") == Some("dependent_consent_required");
        let parameters = error.get("authorization_parameters").and_then(Value::as_object);
        let mut found = match parameters {
            Some(parameters) => Self::from_parameters(parameters).ok()?,
            None if consent || dependent => Self::default(),
            None => return None,
        };
        if consent {
            scope::merge(&mut found.required_scopes, &scopes_of(error.get("required_scopes"), false)?);
            scope::merge(&mut found.required_scopes, &scopes_of(error.get("required_scope"), false)?);
        }
        if dependent {
            let unapproved = error.get("errors").and_then(|errors| errors.get(0)?.get("unapproved_scopes"));
            scope::merge(&mut found.required_scopes, &scopes_of(unapproved, false)?);
        }
        if parameters.is_none() && found.required_scopes.is_empty() {
            return None;
        }
        let words = ["message", "detail", "description", "error_description"].into_iter().find_map(text);
        found.detail = words.filter(|words| !words.trim().is_empty()).map(str::to_owned);
        Some(found)
    }

    fn from_parameters(parameters: &Map<String, Value>) -> Result<Self, String> {
        let wrong = |key: &str, expected: &str| format!("`{key}` is not {expected}");
        let text = |key: &str| match parameters.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.chars().take(LONGEST_MESSAGE).collect())),
            Some(_) => Err(wrong(key, "text")),
        };
        let list = |key: &str| words(parameters.get(key)).ok_or_else(|| wrong(key, "a list of text"));
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

/// A list of text, as a list or joined with commas; empty where it is not given.
fn words(value: Option<&Value>) -> Option<Vec<String>> {
    let words: Vec<String> = match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(joined)) => {
            joined.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        }
        Some(Value::Array(list)) => {
            list.iter().map(|word| word.as_str().map(str::to_owned)).collect::<Option<_>>()?
        }
        Some(_) => return None,
    };
    let sensible = words.len() <= LONGEST_LIST && words.iter().all(|word| word.len() <= LONGEST_WORD);
    sensible.then_some(words)
}

/// A list of scopes, or one text that holds them; empty where it is not given. Of what a service sends, what is no
/// scope is left out as long as there are others.
fn scopes_of(value: Option<&Value>, strict: bool) -> Option<Vec<Scope>> {
    let texts = match value {
        None | Some(Value::Null) => return Some(Vec::new()),
        Some(Value::String(text)) => vec![text.as_str()],
        Some(Value::Array(list)) if list.len() <= LONGEST_LIST => {
            list.iter().map(Value::as_str).collect::<Option<_>>()?
        }
        Some(_) => return None,
    };
    let mut scopes = Vec::new();
    for text in texts.into_iter().filter(|text| text.len() <= LONGEST_MESSAGE || strict) {
        match Scope::parse_list(text) {
            Ok(more) => scope::merge(&mut scopes, &more),
            Err(_) if strict => return None,
            Err(bad) => tracing::debug!("a required scope can't be read: {}", bad.message),
        }
    }
    Some(scopes)
}

/// JSON with everything but plain ASCII escaped (RFC 8259, section 7), and the single quote too.
fn ascii(json: &str) -> String {
    let mut plain = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if c.is_ascii() && c != '\'' && !c.is_ascii_control() {
            plain.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                // Writing to a string can't fail.
                let _ = write!(plain, "\\u{unit:04x}");
            }
        }
    }
    plain
}

fn one_line(words: &str) -> String {
    const LONGEST: usize = 500;
    words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &Value) -> Option<AuthorizationParameters> {
        AuthorizationParameters::in_response(StatusCode::FORBIDDEN, body.to_string().as_bytes())
    }

    #[test]
    fn the_current_shape_is_read_whole() {
        let parameters = json!({
            "session_message": "Please use MFA",
            "session_required_identities": ["a", "b"],
            "session_required_policies": ["p"],
            "session_required_single_domain": ["example.edu", "example.org"],
            "session_required_mfa": true,
            "required_scopes": ["x[y *z]", "openid"],
            "prompt": "login",
        });
        let found = read(&json!({ "code": "AuthorizationRequired", "authorization_parameters": parameters }));
        let found = found.unwrap();
        assert_eq!(
            found.session_parameters(),
            [
                ("session_message", "Please use MFA"),
                ("session_required_identities", "a,b"),
                ("session_required_policies", "p"),
                ("session_required_single_domain", "example.edu,example.org"),
                ("session_required_mfa", "True"),
                ("prompt", "login"),
            ]
            .map(|(name, value)| (name, value.to_owned()))
        );
        assert_eq!(scope::join(found.scopes()), "x[y *z] openid");
        assert_eq!(AuthorizationParameters::parse(&found.to_json()).unwrap(), found);
        assert!(found.explain().starts_with("Please use MFA (it asks for multi-factor authentication, and "));
    }

    #[test]
    fn older_shapes_are_read_too() {
        for (body, scopes, words) in [
            (
                json!({ "code": "ConsentRequired", "required_scopes": ["a[b]"], "message": "Missing" }),
                "a[b]",
                "Missing (it asks for consent to a[b])",
            ),
            (
                json!({ "code": "ConsentRequired", "required_scope": "a b", "description": "D" }),
                "a b",
                "D (it asks for consent to a b)",
            ),
            (
                json!({ "error": "dependent_consent_required", "errors": [{ "unapproved_scopes": ["a"] }] }),
                "a",
                "it asks for consent to a",
            ),
            (
                json!({ "errors": [{ "code": "X" }, { "code": "ConsentRequired", "required_scopes": ["a"] }] }),
                "a",
                "it asks for consent to a",
            ),
        ] {
            let found = read(&body).unwrap();
            assert_eq!((scope::join(found.scopes()).as_str(), found.explain().as_str()), (scopes, words));
            assert!(found.is_consent_only());
        }
        let partly = read(&json!({ "code": "ConsentRequired", "required_scopes": ["*a", "b"] })).unwrap();
        assert_eq!(scope::join(partly.scopes()), "b");
        let long =
            read(&json!({ "authorization_parameters": { "session_message": "x".repeat(5000) } })).unwrap();
        assert_eq!(long.to_json().len(), 1000 + "{\"session_message\":\"\"}".len());
        let joined = read(&json!({ "authorization_parameters": {
            "session_required_policies": "p, q", "session_required_single_domain": "example.edu"
        }}));
        let joined = joined.unwrap();
        assert_eq!(joined.session_required_policies, ["p", "q"]);
        assert_eq!(joined.session_required_single_domain, ["example.edu"]);
        assert!(!joined.is_consent_only());
    }

    #[test]
    fn other_refusals_are_left_alone() {
        for body in [
            json!({ "code": "FORBIDDEN", "detail": "no" }),
            json!({ "code": "ConsentRequired" }),
            json!({ "code": "ConsentRequired", "required_scopes": [1] }),
            json!({ "code": "ConsentRequired", "required_scopes": ["a["] }),
            json!({ "code": "X", "authorization_parameters": { "session_required_policies": ["p".repeat(301)] } }),
            json!({ "code": "X", "authorization_parameters": "none" }),
            json!({ "code": "X", "authorization_parameters": { "session_required_mfa": 3 } }),
            json!(["x"]),
        ] {
            assert_eq!(read(&body), None, "{body}");
        }
        assert_eq!(AuthorizationParameters::in_response(StatusCode::FORBIDDEN, b"<html>"), None);
        let good = json!({ "code": "ConsentRequired", "required_scope": "a" }).to_string();
        assert_eq!(AuthorizationParameters::in_response(StatusCode::NOT_FOUND, good.as_bytes()), None);
        assert!(AuthorizationParameters::in_response(StatusCode::UNAUTHORIZED, good.as_bytes()).is_some());
    }

    #[test]
    fn no_words_of_a_service_leave_their_quotes() {
        let message = "it's \u{1b}[31m\n\u{202e}evil\u{7f} 👩 \" \\";
        let found = read(&json!({ "authorization_parameters": { "session_message": message } })).unwrap();
        let json = found.to_json();
        assert!(
            json.is_ascii() && !json.contains('\'') && !json.contains(|c: char| c.is_control()),
            "{json}"
        );
        assert_eq!(AuthorizationParameters::parse(&json).unwrap(), found);
        assert!(
            AuthorizationParameters::parse("{\"session_mesage\": \"x\"}")
                .unwrap_err()
                .contains("session_mesage")
        );
        assert!(AuthorizationParameters::parse("[]").is_err());
    }
}
