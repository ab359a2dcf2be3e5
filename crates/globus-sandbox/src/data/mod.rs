//! The users, clients and groups of a sandbox.

mod model;

pub use model::{Client, Data, Identity, User};
pub(crate) use model::{Group, Membership, STATUSES};
