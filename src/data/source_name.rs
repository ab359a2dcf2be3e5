//! What a source of rows is called.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

/// A source of rows, by its place in the data of a template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(from = "String")]
pub enum SourceName {
    /// `groups`
    Groups,
    /// `data.NAME`, which the profile declares as `[data.NAME]`.
    Declared(Arc<str>),
}

impl SourceName {
    /// The source that a profile calls so.
    #[must_use]
    pub fn named(name: &Arc<str>) -> Self {
        match &**name {
            "groups" => Self::Groups,
            _ => Self::Declared(name.clone()),
        }
    }

    /// The keys that lead to its rows in the data of a template.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        match self {
            Self::Groups => vec!["groups"],
            Self::Declared(name) => vec!["data", name],
        }
    }

    /// The last of its keys: `groups`, or the name that the profile gives it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Groups => "groups",
            Self::Declared(name) => name,
        }
    }
}

/// As a template writes it.
impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.keys().join("."))
    }
}

impl Serialize for SourceName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl From<String> for SourceName {
    fn from(name: String) -> Self {
        Self::named(&name.into())
    }
}
