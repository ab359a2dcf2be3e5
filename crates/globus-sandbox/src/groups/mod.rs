//! Globus Groups.

mod documents;
mod error;
mod routes;
mod service;

pub(crate) use routes::respond;
pub(crate) use service::Groups;
