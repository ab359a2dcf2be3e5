//! The services, called with an access token.

mod client;
mod groups;

pub(crate) use groups::{GROUPS_RESOURCE_SERVER, Groups};
pub use groups::{Receiver, parse_groups, with_roles};
