//! What a template sees.

use serde_json::{Map, Value, json};

use super::clock;
use super::totals::Totals;
use crate::Result;
use crate::globus::auth::Identity;
use crate::profile::Profile;

/// All that a template sees beside the groups. Adding to it breaks no template.
#[derive(Debug, Clone)]
pub struct Facts<'p> {
    /// The profile of the run.
    pub profile: &'p Profile,
    /// What is known of who logged in; null for a template if nothing is.
    pub identity: Option<Identity>,
    /// The Globus environment that was asked, such as `production`.
    pub environment: String,
    /// When the run began, as [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339) writes it, in UTC.
    pub at: String,
}

impl<'p> Facts<'p> {
    /// The facts of a run that begins now. Fails if `SOURCE_DATE_EPOCH` is set to something that is no time.
    pub fn now(profile: &'p Profile, environment: impl Into<String>) -> Result<Self> {
        let at = clock::now()?.to_string();
        Ok(Self { profile, identity: None, environment: environment.into(), at })
    }

    /// `groups`: every key the service sent, and `roles`; and all the rest.
    #[must_use]
    pub fn data(&self, groups: Vec<Value>) -> Value {
        let mut totals = Totals::default();
        for group in &groups {
            totals.add(group);
        }
        let mut data = Map::new();
        data.insert("groups".to_owned(), Value::Array(groups));
        data.extend(self.frame());
        data.insert("totals".to_owned(), totals.value());
        Value::Object(data)
    }

    /// What is known before any group is.
    pub(super) fn frame(&self) -> Map<String, Value> {
        let profile = json!({ "name": self.profile.name, "description": self.profile.description });
        let run = json!({
            "at": self.at,
            "version": env!("CARGO_PKG_VERSION"),
            "environment": self.environment,
        });
        Map::from_iter([
            ("profile".to_owned(), profile),
            ("vars".to_owned(), Value::Object(self.profile.vars.clone())),
            ("identity".to_owned(), json!(self.identity)),
            ("run".to_owned(), run),
        ])
    }
}
