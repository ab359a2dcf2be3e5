//! The services, called with an access token.

mod client;
mod groups;

pub(crate) use client::{RowSink, ServiceClient};
pub(crate) use groups::{GROUPS_RESOURCE_SERVER, groups_service};
