//! What sources send requests with.

use super::request::ListRequest;
use crate::Result;
use crate::globus::api::{Api, ApiRequest, Refused, RowSink};
use crate::globus::environment::Services;

/// The services, and access to them.
pub struct Fetching<'f> {
    pub services: &'f Services,
    /// How many rows of a source are completed at once.
    pub at_once: usize,
    api: &'f Api<'f>,
}

impl<'f> Fetching<'f> {
    pub(super) fn new(services: &'f Services, api: &'f Api<'f>) -> Self {
        Self { services, at_once: 8, api }
    }

    pub(super) async fn list(&self, request: &ListRequest, rows: &mut dyn RowSink) -> Result<()> {
        let params = request.params.clone();
        let request = ApiRequest { params, ..ApiRequest::get(request.service.clone(), &*request.path) };
        self.api.list(&request, None, rows).await?.map(drop).map_err(Refused::into_error)
    }

    /// A whole document.
    pub async fn get(&self, request: &ApiRequest) -> Result<Result<Vec<u8>, Refused>> {
        self.api.get(request).await
    }
}
