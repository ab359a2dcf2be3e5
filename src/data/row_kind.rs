//! What the rows of a source are called, and what tells one from another.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::groups::GROUPS;
use super::source_name::SourceName;
use globus_templates::value::{Object, Place, Value};

/// The rows of one source, for messages and for the guard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowKind {
    #[serde(rename = "list")]
    pub source: SourceName,
    /// What messages call one row, such as `group`.
    pub one: Cow<'static, str>,
    /// The field that identifies a row.
    pub key: Cow<'static, str>,
    /// The fields that people may know a row by, the best one first.
    pub labels: Cow<'static, [Cow<'static, str>]>,
}

impl RowKind {
    /// The groups of the user.
    #[must_use]
    pub fn groups() -> Self {
        Self {
            source: SourceName::Groups,
            one: Cow::Borrowed("group"),
            key: Cow::Borrowed(GROUPS.key),
            labels: Cow::Borrowed(const { &[Cow::Borrowed(GROUPS.label)] }),
        }
    }

    /// What messages call several rows, such as `groups`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// Whether the row can be told from others by its key.
    pub(super) fn has_key(&self, row: &Object) -> bool {
        self.has_key_near(row, &Place::default())
    }

    /// The same for a key that is likely to have this place.
    pub(super) fn has_key_near(&self, row: &Object, place: &Place) -> bool {
        row.get_near(&self.key, place).is_some_and(|key| !key.is_null() && key.as_str() != Some(""))
    }

    /// What identifies this row; `None` if its key is missing, null or empty.
    pub(super) fn key_of(&self, row: &Object) -> Option<String> {
        text(row.get(&self.key)?)
    }

    /// What people may know this row by.
    pub(super) fn label_of(&self, row: &Object) -> Option<String> {
        let mut labels = self.labels.iter().filter_map(|label| text(row.get(label)?));
        labels.find(|label| !label.trim().is_empty())
    }

    /// So many rows in words, such as `12 groups`.
    #[must_use]
    pub fn number_of(&self, count: u64) -> String {
        match count {
            0 => format!("no {}", self.name()),
            1 => format!("1 {}", self.one),
            _ => format!("{count} {}", self.name()),
        }
    }
}

/// A value as text, unless it is null or empty.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Hidden(_) => None,
        Value::Text(text) if text.is_empty() => None,
        Value::Text(text) => Some((**text).to_owned()),
        other => Some(other.to_string()),
    }
}
