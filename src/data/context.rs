//! What a template sees.

use std::collections::BTreeMap;

use super::clock;
use super::lists::{Lists, Outcome, Outcomes};
use super::source_name::SourceName;
use super::sources::{CHANGES, Sources};
use super::totals::Totals;
use crate::Result;
use crate::globus::auth::Identity;
use crate::profile::Profile;
use globus_templates::value::Fields;
use globus_templates::value::Key;
use globus_templates::value::{Object, Value};

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
    /// The list whose rows come one by one.
    pub(crate) main: SourceName,
    /// What has changed since the last delivered run, as a template sees it; null if there was none. It is known after the
    /// last row.
    pub(crate) changes: Value,
    /// Whether groups are counted in `totals`.
    pub(crate) counts: bool,
}

impl<'p> TemplateContext<'p> {
    /// The context of a run that begins now. Fails if `SOURCE_DATE_EPOCH` is set and not a time.
    pub fn now(profile: &'p Profile, environment: impl Into<String>) -> Result<Self> {
        let at = clock::now()?.to_string();
        let main = Sources::of(profile).first();
        let (environment, changes) = (environment.into(), Value::Null);
        Ok(Self { profile, identity: None, environment, at, main, changes, counts: true })
    }

    /// The same for what reads these fields of it, and takes the rows of this list one by one: totals that are not read
    /// stay zero.
    #[must_use]
    pub fn for_reading(self, read: &Fields, main: &SourceName) -> Self {
        Self { counts: read.of(Totals::NAME).is_some(), main: main.clone(), ..self }
    }

    /// Whether the rows of the main list are counted in `totals`.
    pub(crate) fn counts_rows(&self) -> bool {
        self.counts && self.main == SourceName::Groups
    }

    /// The whole context: these rows of the main list, and the rest.
    #[must_use]
    pub fn with_rows(&self, rows: Vec<Value>) -> Value {
        self.with_lists(rows, &Lists::default())
    }

    /// The whole context, but for `sources`: these rows of the main list, the other lists, and the rest.
    #[must_use]
    pub fn with_lists(&self, rows: Vec<Value>, lists: &Lists) -> Value {
        let mut groups = lists.get(&SourceName::Groups).map(Value::from);
        let mut declared: BTreeMap<Key, Value> = BTreeMap::new();
        for (source, rows) in lists.iter() {
            if let SourceName::Declared(name) = source {
                declared.insert((**name).into(), rows.into());
            }
        }
        match &self.main {
            SourceName::Groups => groups = Some(rows.into()),
            SourceName::Declared(name) => {
                declared.insert((**name).into(), rows.into());
            }
        }
        let mut totals = Totals::default();
        if self.counts {
            groups.iter().filter_map(Value::as_list).flatten().for_each(|group| totals.add(group));
        }
        let has_groups = groups.is_some();
        let entries = [
            groups.map(|groups| ("groups", groups)),
            Some(("data", Value::Object(declared.into_iter().collect()))),
            Some(("profile", self.profile_value())),
            Some(("vars", serde_json::Value::Object(self.profile.vars.clone()).into())),
            Some(("identity", self.identity_value())),
            Some(("run", self.run_value())),
            has_groups.then(|| (Totals::NAME, totals.value())),
            Some((CHANGES, self.changes.clone())),
        ];
        let entries = entries.into_iter().flatten().map(|(key, value)| (Key::from(key), value));
        Value::Object(entries.collect())
    }

    /// The context with what became of each source.
    pub(crate) fn with_outcomes(data: Value, outcomes: &Outcomes) -> Value {
        match data {
            Value::Object(data) => data.with("sources", outcomes_value(outcomes)).into(),
            other => other,
        }
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

/// `sources`, as a template sees it.
fn outcomes_value(outcomes: &Outcomes) -> Value {
    let outcome = |Outcome { rows, hidden, errors, truncated, skipped }: &Outcome| {
        Value::object([
            ("rows", (*rows).into()),
            ("hidden", (*hidden).into()),
            ("errors", (*errors).into()),
            ("truncated", (*truncated).into()),
            ("skipped", (*skipped).into()),
        ])
    };
    let sources = outcomes.iter().map(|(source, of)| (Key::from(source.name()), outcome(of)));
    Value::Object(sources.collect::<Object>())
}
