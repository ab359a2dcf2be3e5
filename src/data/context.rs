//! What a template sees.

use serde_json::{Map, Value, json};

use super::clock;
use super::groups::GROUPS;
use super::totals::Totals;
use crate::Result;
use crate::globus::auth::Identity;
use crate::profile::Profile;

/// All that a template sees besides the rows. A new key here breaks no template.
#[derive(Debug, Clone)]
pub struct TemplateContext<'p> {
    pub(crate) profile: &'p Profile,
    /// The identity that logged in; null for a template if the tokens do not name it.
    pub(crate) identity: Option<Identity>,
    /// The Globus environment, such as `production`.
    pub(crate) environment: String,
    /// When the run began: [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339), in UTC.
    pub(crate) at: String,
}

impl<'p> TemplateContext<'p> {
    /// The context of a run that begins now. Fails if `SOURCE_DATE_EPOCH` is set and not a time.
    pub fn now(profile: &'p Profile, environment: impl Into<String>) -> Result<Self> {
        let at = clock::now()?.to_string();
        Ok(Self { profile, identity: None, environment: environment.into(), at })
    }

    /// The whole context: these rows, and the rest.
    #[must_use]
    pub fn with_rows(&self, rows: Vec<Value>) -> Value {
        let mut totals = Totals::default();
        for row in &rows {
            totals.add(row);
        }
        let profile = json!({ "name": self.profile.name, "description": self.profile.description });
        let run = json!({
            "at": self.at,
            "version": env!("CARGO_PKG_VERSION"),
            "environment": self.environment,
        });
        Value::Object(Map::from_iter([
            (GROUPS.name.to_owned(), Value::Array(rows)),
            ("profile".to_owned(), profile),
            ("vars".to_owned(), Value::Object(self.profile.vars.clone())),
            ("identity".to_owned(), json!(self.identity)),
            ("run".to_owned(), run),
            ("totals".to_owned(), totals.value()),
        ]))
    }
}
