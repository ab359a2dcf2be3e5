//! The services, called with an access token.

mod groups;

pub use groups::{GROUPS_RESOURCE_SERVER, Groups, Receiver, parse_groups, with_roles};
