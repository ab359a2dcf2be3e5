//! The request for a list.

use crate::globus::service::Service;

/// A list as a service sends it.
#[derive(Debug, Clone)]
pub struct ListRequest {
    pub service: Service,
    /// From the base URL of the service.
    pub path: String,
    /// The query.
    pub params: Vec<(String, String)>,
}
