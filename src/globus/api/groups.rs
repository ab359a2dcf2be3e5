//! Globus Groups.
//!
//! <https://groups.api.globus.org/redoc>

use serde_json::{Map, Value};
use url::Url;

use super::client::{RowSink, ServiceClient};
use crate::globus::auth::{Authorizer, Identity};
use crate::globus::http::HttpClient;
use crate::globus::service::Service;
use crate::{Error, Result};

/// The resource server whose token Groups accepts.
pub(crate) const GROUPS_RESOURCE_SERVER: &str = "groups.api.globus.org";

const SERVICE: &str = "Globus Groups";

/// The Groups service.
#[derive(Debug)]
pub(crate) struct Groups<'a>(ServiceClient<'a>);

impl<'a> Groups<'a> {
    /// The service at this base URL.
    pub(crate) fn new(http: &'a HttpClient, base: &Url) -> Self {
        Self(ServiceClient::new(
            http,
            Service {
                name: SERVICE.to_owned(),
                resource_server: GROUPS_RESOURCE_SERVER.to_owned(),
                base_url: base.clone(),
            },
        ))
    }

    /// The groups the user is an active member of, in the order of the service; see
    /// [`parse_groups()`].
    pub(crate) async fn mine(&self, authorizer: &mut Authorizer<'_>) -> Result<Vec<Value>> {
        let mut all = All(Vec::new());
        self.each(authorizer, &mut all).await?;
        Ok(all.0)
    }

    /// The same, each group as it arrives.
    pub(crate) async fn each(
        &self,
        authorizer: &mut Authorizer<'_>,
        receiver: &mut dyn Receiver,
    ) -> Result<()> {
        self.0.list("v2/groups/my_groups", authorizer, &mut Rows(receiver)).await
    }
}

/// Takes groups as they arrive.
pub trait Receiver {
    /// The groups of this identity follow, if there are any. If an earlier response broke off, its groups are void.
    fn start(&mut self, identity: Option<&Identity>) -> Result<()>;

    /// The next group, with every key the service sent and `roles`.
    fn group(&mut self, group: Value) -> Result<()>;
}

/// Keeps every group.
struct All(Vec<Value>);

impl Receiver for All {
    fn start(&mut self, _: Option<&Identity>) -> Result<()> {
        self.0.clear();
        Ok(())
    }

    fn group(&mut self, group: Value) -> Result<()> {
        self.0.push(group);
        Ok(())
    }
}

/// Reads each row as a group.
struct Rows<'r>(&'r mut dyn Receiver);

impl RowSink for Rows<'_> {
    fn start(&mut self, identity: Option<&Identity>) -> Result<()> {
        self.0.start(identity)
    }

    fn row(&mut self, json: &[u8]) -> Result<()> {
        self.0.group(with_roles(serde_json::from_slice(json).map_err(no_list)?)?)
    }
}

fn no_list(why: impl std::fmt::Display) -> Error {
    Error::failed(format!("{SERVICE} sent a response that is not a list of groups"))
        .because(why)
        .help("run it again with -vv; if that does not help, the service or a proxy has changed")
}

/// The groups of a response, each with every key the service sent and `roles`: the roles of the user's
/// memberships, sorted and unique.
pub fn parse_groups(body: &[u8]) -> Result<Vec<Value>> {
    let groups: Vec<Map<String, Value>> = serde_json::from_slice(body).map_err(no_list)?;
    groups.into_iter().map(with_roles).collect()
}

/// Adds `roles`, from the memberships. One user can hold several memberships in a group, one for each linked identity.
pub fn with_roles(mut group: Map<String, Value>) -> Result<Value> {
    for key in ["id", "name"] {
        if !group.get(key).is_some_and(Value::is_string) {
            return Err(Error::failed(format!(
                "{SERVICE} sent a group whose `{key}` is missing or not text"
            )));
        }
    }
    let mut roles: Vec<String> = group
        .get("my_memberships")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|membership| membership.get("role")?.as_str().map(str::to_owned))
        .collect();
    roles.sort_unstable();
    roles.dedup();
    group.insert("roles".to_owned(), roles.into());
    Ok(Value::Object(group))
}
