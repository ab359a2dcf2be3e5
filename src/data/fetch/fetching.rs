//! What sources send requests with.

use futures_util::future::LocalBoxFuture;
use tokio::sync::Mutex;

use super::request::ListRequest;
use crate::Result;
use crate::globus::api::{RowSink, ServiceClient};
use crate::globus::auth::Authorizer;
use crate::globus::environment::Services;
use crate::globus::http::HttpClient;
use crate::globus::service::Service;

/// The services, and access to them.
pub struct Fetching<'f> {
    pub services: &'f Services,
    /// How many rows of a source are completed at once.
    #[allow(dead_code, reason = "the first source that enriches its rows uses it")]
    pub at_once: usize,
    http: &'f HttpClient,
    access: Mutex<&'f mut dyn Access>,
}

/// Gets lists with access tokens.
trait Access {
    fn list<'a>(
        &'a mut self,
        http: &'a HttpClient,
        service: Service,
        path: &'a str,
        rows: &'a mut dyn RowSink,
    ) -> LocalBoxFuture<'a, Result<()>>;
}

impl Access for Authorizer<'_> {
    fn list<'a>(
        &'a mut self,
        http: &'a HttpClient,
        service: Service,
        path: &'a str,
        rows: &'a mut dyn RowSink,
    ) -> LocalBoxFuture<'a, Result<()>> {
        Box::pin(async move { ServiceClient::new(http, service).list(path, self, rows).await })
    }
}

impl<'f> Fetching<'f> {
    pub(super) fn new(
        services: &'f Services,
        http: &'f HttpClient,
        authorizer: &'f mut Authorizer<'_>,
    ) -> Self {
        Self { services, at_once: 8, http, access: Mutex::new(authorizer) }
    }

    pub(super) async fn list(&self, request: &ListRequest, rows: &mut dyn RowSink) -> Result<()> {
        let mut access = self.access.lock().await;
        access.list(self.http, request.service.clone(), &request.path, rows).await
    }
}
