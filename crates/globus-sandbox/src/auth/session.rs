//! Sessions: which identities logged in, when, and with which session parameters.
//!
//! <https://docs.globus.org/api/auth/sessions/>

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::principal::IDENTITY_PROVIDER;
use crate::web::Parameters;

/// The session parameters of an authorize URL, as given: `prompt`, and names that begin with `session_`.
#[derive(Debug, Clone, Default)]
pub(super) struct SessionParameters(Parameters);

impl SessionParameters {
    pub(super) fn of(parameters: &Parameters) -> Self {
        Self(parameters.named(|name| name.starts_with("session_") || name == "prompt"))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }

    /// The values of a parameter that has them with commas between.
    pub(super) fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).into_iter().flat_map(|list| list.split(',')).map(str::trim)
    }
}

/// A session of Globus Auth. All tokens of one login belong to it, refreshed tokens too.
#[derive(Debug)]
pub(super) struct Session {
    id: String,
    pub(super) parameters: SessionParameters,
    /// The identities that logged in.
    authenticated: Vec<String>,
    /// When they did, in seconds since 1970.
    pub(super) auth_time: i64,
}

impl Session {
    pub(super) fn new(parameters: SessionParameters, authenticated: Vec<String>) -> Self {
        let (id, auth_time) = (Uuid::new_v4().to_string(), Timestamp::now().as_second());
        Self { id, parameters, authenticated, auth_time }
    }

    /// The session of a client that acts as itself, in which no identity logged in.
    pub(super) fn of_client() -> Self {
        Self::new(SessionParameters::default(), Vec::new())
    }

    /// As an introspection with `include=session_info` shows it.
    pub(super) fn document(&self) -> Value {
        let authentication = json!({
            "idp": IDENTITY_PROVIDER,
            "auth_time": self.auth_time,
            "acr": null,
            "amr": null,
            "custom_claims": {},
        });
        let authentications: Map<String, Value> =
            self.authenticated.iter().map(|identity| (identity.clone(), authentication.clone())).collect();
        json!({ "session_id": self.id, "authentications": authentications })
    }
}
