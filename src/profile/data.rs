//! The lists that a profile declares, as meant.

use std::sync::Arc;

use serde_json::{Map, Value};
use url::Url;

use crate::globus::api::Paginator;
use crate::globus::scope::Scope;
use crate::globus::service_name::ServiceName;

/// The section `[data.NAME]`.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSource {
    pub name: Arc<str>,
    pub service: DataService,
    /// What the service needs of a token for this list.
    pub scope: Scope,
    pub path: PathTemplate,
    /// The query of each request, besides that of the paginator.
    pub params: Vec<(String, String)>,
    /// The body of each request; none for a `GET`.
    pub json: Option<Map<String, Value>>,
    /// The dotted path to the rows; none if the response is the list.
    pub items: Option<String>,
    pub paginator: Paginator,
    /// A refusal with one of these leaves out the list for one row of the parent.
    pub skipped: Vec<u16>,
    pub include_from_parent: Vec<String>,
    /// Whether a list is used that the service cuts.
    pub keeps_cut: bool,
    /// The key that identifies a row.
    pub key: String,
}

/// Whether `on_status` takes a status: a refusal that says something of the list. 401 is cured by a login, and 429 by waiting.
#[must_use]
pub fn may_be_skipped(status: u16) -> bool {
    (400..500).contains(&status) && !matches!(status, 401 | 429)
}

/// Where a list comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataService {
    Globus(ServiceName),
    /// Another service, at this base URL.
    Other(Url),
}

/// A path with values of the parent's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathTemplate {
    /// The source whose rows the path names: `groups` or another `NAME`.
    pub parent: Option<Arc<str>>,
    pub parts: Vec<PathPart>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathPart {
    Text(String),
    /// The value of this key in the parent's row.
    Key(String),
}

impl PathTemplate {
    /// The path, if it needs no row of a parent.
    pub fn without_keys(&self) -> String {
        let texts = self.parts.iter().filter_map(|part| match part {
            PathPart::Text(text) => Some(text.as_str()),
            PathPart::Key(_) => None,
        });
        texts.collect()
    }

    /// The keys of the parent's row that the path needs.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            PathPart::Key(key) => Some(key.as_str()),
            PathPart::Text(_) => None,
        })
    }
}
