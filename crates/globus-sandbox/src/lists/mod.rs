//! Lists of Globus Transfer, Search, Flows and Timers, in every style of paging that these services have.

mod documents;
mod endpoints;
mod error;
mod filter;
mod paging;
mod routes;
mod service;

pub(crate) use endpoints::{Service, is_served};
pub(crate) use routes::router;
pub(crate) use service::Lists;
