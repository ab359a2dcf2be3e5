//! Globus Groups.

mod documents;
mod error;
mod routes;
mod service;

pub(crate) use routes::router;
pub(crate) use service::Groups;
