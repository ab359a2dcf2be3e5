//! How somebody logged in: what the login asked of them, who they showed to be, and when.
//!
//! <https://docs.globus.org/api/auth/sessions/>

use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The session parameters of an authorize URL, as they were given: `prompt` and whatever begins with
/// `session_`.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Those among all parameters of an authorize URL.
    pub(super) fn among(parameters: &[(String, String)]) -> Self {
        let of_session = |(name, _): &&(String, String)| name.starts_with("session_") || name == "prompt";
        Self(parameters.iter().filter(of_session).cloned().collect())
    }

    /// The value of one.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The values of one that lists them with commas between.
    pub(super) fn listed(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).into_iter().flat_map(|list| list.split(',')).map(str::trim)
    }
}

/// A session. Tokens of one login belong to one, and so do those refreshed from them.
#[derive(Debug)]
pub(super) struct Session {
    id: String,
    pub(super) parameters: Parameters,
    /// The identities that logged in.
    authenticated: Vec<String>,
    /// In seconds since 1970.
    pub(super) since: i64,
}

impl Session {
    pub(super) fn of(parameters: Parameters, authenticated: Vec<String>) -> Self {
        Self { id: Uuid::new_v4().to_string(), parameters, authenticated, since: crate::clock::now() }
    }

    /// The session of a client that acts as itself: nobody logged in.
    pub(super) fn of_client() -> Self {
        Self::of(Parameters::default(), Vec::new())
    }

    /// As an introspection with `include=session_info` shows it.
    pub(super) fn described(&self) -> Value {
        let authentication = json!({
            "idp": super::principal::IDENTITY_PROVIDER,
            "auth_time": self.since,
            "acr": null,
            "amr": null,
            "custom_claims": {},
        });
        let authentications: Map<String, Value> =
            self.authenticated.iter().map(|identity| (identity.clone(), authentication.clone())).collect();
        json!({ "session_id": self.id, "authentications": authentications })
    }
}
