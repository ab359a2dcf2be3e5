//! What a service can require of a login: the "Globus Auth Requirements Errors".
//!
//! <https://docs.globus.org/guides/overviews/gares/>

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::consents::Consents;
use super::scopes::{self, Scope};
use super::session::SessionParameters;
use super::tokens::TokenInfo;

/// Authorization parameters, under the names that they have on the wire.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct AuthorizationParameters {
    #[serde(skip_serializing_if = "Option::is_none")]
    session_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_required_identities: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_required_policies: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_required_single_domain: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_required_mfa: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    required_scopes: Option<Vec<String>>,
}

impl AuthorizationParameters {
    fn lists(&self) -> impl Iterator<Item = (&'static str, &Vec<String>)> {
        let lists = [
            ("session_required_identities", &self.session_required_identities),
            ("session_required_policies", &self.session_required_policies),
            ("session_required_single_domain", &self.session_required_single_domain),
        ];
        lists.into_iter().filter_map(|(name, list)| Some((name, list.as_ref()?)))
    }

    /// Whether they require something of the session. `session_message` is only shown to people.
    fn require_session(&self) -> bool {
        self.lists().next().is_some() || self.session_required_mfa.is_some() || self.prompt.is_some()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Requirements {
    parameters: AuthorizationParameters,
    /// The parsed `required_scopes`.
    scopes: Vec<Scope>,
}

impl Requirements {
    /// Reads authorization parameters, which must require something. The error says what is wrong.
    pub(crate) fn read(parameters: Value) -> Result<Self, String> {
        let parameters: AuthorizationParameters =
            serde_json::from_value(parameters).map_err(|error| error.to_string())?;
        let required = parameters.required_scopes.as_deref().unwrap_or_default().join(" ");
        let scopes = if required.is_empty() { Vec::new() } else { scopes::parse(&required)? };
        if scopes.is_empty() && !parameters.require_session() {
            return Err("they require nothing of a login".to_owned());
        }
        Ok(Self { parameters, scopes })
    }

    /// Whether the login of a token carried the session parameters, and the consents are there.
    pub(super) fn are_met(&self, token: &TokenInfo, consents: &Consents) -> bool {
        let grant = &token.grant;
        self.are_carried_by(&grant.session.parameters)
            && consents.cover(&grant.identity, &grant.client_id, &self.scopes)
    }

    fn are_carried_by(&self, session: &SessionParameters) -> bool {
        let required = &self.parameters;
        let lists = required
            .lists()
            .all(|(name, list)| list.iter().all(|value| session.list(name).any(|given| given == value)));
        // Python writes `True`.
        let mfa = required.session_required_mfa.is_none_or(|required| {
            session.get("session_required_mfa").map_or(!required, |given| {
                given.eq_ignore_ascii_case(if required { "true" } else { "false" })
            })
        });
        let prompt = required.prompt.is_none() || session.get("prompt") == required.prompt.as_deref();
        lists && mfa && prompt
    }

    /// The body of the 403 response.
    pub(crate) fn body(&self) -> Value {
        let (code, detail) = if self.parameters.require_session() {
            ("AuthorizationRequired", "This login does not meet what is required")
        } else {
            ("ConsentRequired", "A required consent is missing")
        };
        json!({ "code": code, "detail": detail, "authorization_parameters": self.parameters })
    }
}
