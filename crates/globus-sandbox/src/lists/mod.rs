//! Lists of Globus Transfer, Search, Flows, Timers and Compute, in every style of paging that these services have.

mod documents;
mod endpoints;
mod error;
mod filter;
mod paging;
mod routes;
mod service;

pub(crate) use endpoints::{Service, is_served};
pub(crate) use routes::respond;
pub(crate) use service::Lists;
