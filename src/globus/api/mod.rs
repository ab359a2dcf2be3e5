//! The services, called with an access token.

mod client;
mod groups;

pub use client::{RowSink, ServiceClient};
pub use groups::{GROUPS_RESOURCE_SERVER, groups_service};
