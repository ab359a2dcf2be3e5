//! What a template sees.

use super::clock;
use super::fields::Fields;
use super::groups::GROUPS;
use super::totals::Totals;
use super::value::Value;
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
    /// Whether rows are counted in `totals`.
    pub(crate) counts: bool,
}

impl<'p> TemplateContext<'p> {
    /// The context of a run that begins now. Fails if `SOURCE_DATE_EPOCH` is set and not a time.
    pub fn now(profile: &'p Profile, environment: impl Into<String>) -> Result<Self> {
        let at = clock::now()?.to_string();
        Ok(Self { profile, identity: None, environment: environment.into(), at, counts: true })
    }

    /// The same for what reads these fields of it: totals that are not read stay zero.
    #[must_use]
    pub fn for_reading(self, read: &Fields) -> Self {
        Self { counts: read.of(Totals::NAME).is_some(), ..self }
    }

    /// The whole context: these rows, and the rest.
    #[must_use]
    pub fn with_rows(&self, rows: Vec<Value>) -> Value {
        let mut totals = Totals::default();
        if self.counts {
            for row in &rows {
                totals.add(row);
            }
        }
        Value::object([
            (GROUPS.name, rows.into()),
            ("profile", self.profile_value()),
            ("vars", serde_json::Value::Object(self.profile.vars.clone()).into()),
            ("identity", self.identity_value()),
            ("run", self.run_value()),
            (Totals::NAME, totals.value()),
        ])
    }

    fn profile_value(&self) -> Value {
        let Profile { name, description, .. } = self.profile;
        Value::object([("name", name.as_str().into()), ("description", description.as_str().into())])
    }

    fn identity_value(&self) -> Value {
        let Some(Identity { id, username }) = &self.identity else { return Value::Null };
        Value::object([("id", id.as_str().into()), ("username", username.as_deref().into())])
    }

    fn run_value(&self) -> Value {
        Value::object([
            ("at", self.at.as_str().into()),
            ("version", env!("CARGO_PKG_VERSION").into()),
            ("environment", self.environment.as_str().into()),
        ])
    }
}
