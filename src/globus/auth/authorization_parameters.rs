//! The requirements of a login: the session parameters of the authorize URL, and scopes to consent to.
//!
//! <https://globus-sdk-python.readthedocs.io/en/stable/authorization/gare.html>

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::globus::scope::{self, Scope};

/// What a service requires of a login. The names are those of the authorize URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorizationParameters {
    /// The service's reason. The login page shows it too.
    pub(super) session_message: Option<String>,
    pub(super) session_required_identities: Vec<String>,
    pub(super) session_required_policies: Vec<String>,
    pub(super) session_required_single_domain: Vec<String>,
    pub(super) session_required_mfa: Option<bool>,
    pub(super) prompt: Option<String>,
    /// Scopes to consent to, with their dependencies.
    pub(super) required_scopes: Vec<Scope>,
    /// The error's own text, shown if there is no `session_message`.
    pub(super) detail: Option<String>,
}

impl AuthorizationParameters {
    /// What [`parse`](Self::parse) reads, as one line of ASCII without a single quote: it can stand in single quotes in a
    /// shell, whatever the service sent.
    pub fn to_json(&self) -> String {
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

    /// The parameters of the authorize URL. Lists are joined with commas.
    pub fn session_parameters(&self) -> Vec<(&'static str, String)> {
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

    pub fn scopes(&self) -> &[Scope] {
        &self.required_scopes
    }

    /// Whether only consents are required: a service account gets those without a login.
    pub fn is_consent_only(&self) -> bool {
        let session = self.session_parameters();
        !self.required_scopes.is_empty() && session.iter().all(|(name, _)| *name == "session_message")
    }

    /// For a person: the service's reason, then what it requires.
    pub fn explain(&self) -> String {
        let mut required = Vec::new();
        if self.session_required_mfa == Some(true) {
            required.push("multi-factor authentication".to_owned());
        }
        let listed = [
            ("a login as ", &self.session_required_identities),
            ("a login with an account of ", &self.session_required_single_domain),
            ("a login that satisfies the policy ", &self.session_required_policies),
        ];
        for (requirement, list) in listed.into_iter().filter(|(_, list)| !list.is_empty()) {
            let list: Vec<String> = list.iter().map(|value| one_line(value)).collect();
            required.push(format!("{requirement}{}", list.join(" or ")));
        }
        if !self.required_scopes.is_empty() {
            required.push(format!("consent to {}", scope::join(&self.required_scopes)));
        }
        if required.is_empty() {
            required.push("a new login".to_owned());
        }
        let required = required.join(", and ");
        match self.session_message.as_ref().or(self.detail.as_ref()) {
            Some(message) => format!("{} (it requires {required})", one_line(message)),
            None => format!("it requires {required}"),
        }
    }
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

fn one_line(text: &str) -> String {
    const MAX_CHARS: usize = 500;
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_CHARS).collect()
}
