//! What Groups demands of a login before it answers: the "Globus Auth requirements errors".
//!
//! <https://docs.globus.org/guides/overviews/gares/>

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::consents::Consents;
use super::grants::Grant;
use super::scopes::{self, Scope};
use super::session::Parameters;

/// Authorization parameters, under the names that they have on the wire.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
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

impl Asked {
    fn lists(&self) -> impl Iterator<Item = (&'static str, &Vec<String>)> {
        let lists = [
            ("session_required_identities", &self.session_required_identities),
            ("session_required_policies", &self.session_required_policies),
            ("session_required_single_domain", &self.session_required_single_domain),
        ];
        lists.into_iter().filter_map(|(name, list)| Some((name, list.as_ref()?)))
    }

    /// Whether anything but scopes is demanded. The message is for people: whether they saw it, nobody knows.
    fn of_session(&self) -> bool {
        self.lists().next().is_some() || self.session_required_mfa.is_some() || self.prompt.is_some()
    }
}

/// What is demanded.
#[derive(Debug, Clone)]
pub(super) struct Requirements {
    asked: Asked,
    scopes: Vec<Scope>,
}

impl Requirements {
    /// Reads authorization parameters. At least one must be something that a login can have or lack.
    pub(super) fn read(parameters: Value) -> Result<Self, String> {
        let asked: Asked = serde_json::from_value(parameters).map_err(|error| error.to_string())?;
        let listed = asked.required_scopes.as_deref().unwrap_or_default().join(" ");
        let scopes = if listed.is_empty() { Vec::new() } else { scopes::parse(&listed)? };
        if scopes.is_empty() && !asked.of_session() {
            return Err("nothing is demanded that a login could have or lack".to_owned());
        }
        Ok(Self { asked, scopes })
    }

    /// Whether a token comes from a login that did what is demanded, and the consents are there.
    pub(super) fn are_met(&self, grant: &Grant, consents: &Consents) -> bool {
        let parties = &grant.parties;
        self.are_in(&parties.session.parameters)
            && consents.cover(&parties.identity, &parties.client_id, &self.scopes)
    }

    fn are_in(&self, session: &Parameters) -> bool {
        let asked = &self.asked;
        let lists = asked
            .lists()
            .all(|(name, list)| list.iter().all(|wanted| session.listed(name).any(|given| given == wanted)));
        // Python writes `True`.
        let mfa = asked.session_required_mfa.is_none_or(|wanted| {
            session
                .get("session_required_mfa")
                .map_or(!wanted, |given| given.eq_ignore_ascii_case(if wanted { "true" } else { "false" }))
        });
        let prompt = asked.prompt.is_none() || session.get("prompt") == asked.prompt.as_deref();
        lists && mfa && prompt
    }

    /// The body of the refusal.
    pub(super) fn body(&self) -> Value {
        let (code, detail) = if self.asked.of_session() {
            ("AuthorizationRequired", "This login does not meet what is required")
        } else {
            ("ConsentRequired", "A required consent is missing")
        };
        json!({ "code": code, "detail": detail, "authorization_parameters": self.asked })
    }
}
