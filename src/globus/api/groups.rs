//! Globus Groups.
//!
//! <https://groups.api.globus.org/redoc>

use crate::globus::service::{BaseUrl, Service};

/// The resource server whose token Groups accepts.
pub const GROUPS_RESOURCE_SERVER: &str = "groups.api.globus.org";

/// The Groups service at this base URL.
pub fn groups_service(base_url: &BaseUrl) -> Service {
    Service {
        name: "Globus Groups".to_owned(),
        resource_server: GROUPS_RESOURCE_SERVER.to_owned(),
        base_url: base_url.clone(),
    }
}
