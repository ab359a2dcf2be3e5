//! What sources send requests with.

use crate::Result;
use crate::globus::api::{Api, ApiRequest, Envelope, Refused, RowSink};
use crate::globus::environment::Services;

/// The services, and access to them.
pub struct Fetching<'f> {
    pub services: &'f Services,
    /// How many rows of a source are completed at once.
    pub at_once: usize,
    api: &'f Api<'f>,
}

impl<'f> Fetching<'f> {
    pub(super) fn new(services: &'f Services, api: &'f Api<'f>, at_once: usize) -> Self {
        Self { services, at_once, api }
    }

    /// The rows of a response, as they arrive.
    pub(super) async fn list(
        &self,
        request: &ApiRequest,
        items: Option<&str>,
        rows: &mut dyn RowSink,
    ) -> Result<Result<Envelope, Refused>> {
        self.api.list(request, items, rows).await
    }

    /// A whole document.
    pub async fn get(&self, request: &ApiRequest) -> Result<Result<Vec<u8>, Refused>> {
        self.api.get(request).await
    }
}
