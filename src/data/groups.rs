//! The groups the user is an active member of, as rows.

use serde_json::Value;

use super::rows::RowReceiver;
use crate::Result;
use crate::globus::api::{Groups, Receiver};
use crate::globus::auth::{Authorizer, Identity};
use crate::globus::http::HttpClient;
use url::Url;

/// What a template calls these rows.
pub(crate) const GROUPS: &str = "groups";

/// Sends each group to the receiver as it arrives.
pub(crate) async fn fetch_groups(
    http: &HttpClient,
    base: &Url,
    authorizer: &mut Authorizer<'_>,
    receiver: &mut dyn RowReceiver,
) -> Result<()> {
    Groups::new(http, base).each(authorizer, &mut Rows(receiver)).await
}

struct Rows<'r>(&'r mut dyn RowReceiver);

impl Receiver for Rows<'_> {
    fn start(&mut self, identity: Option<&Identity>) -> Result<()> {
        self.0.start(identity)
    }

    fn group(&mut self, group: Value) -> Result<()> {
        self.0.row(group)
    }
}
