//! Fetching what a template reads: which sources, in which order, and how their rows arrive.

mod base_list;
mod fetching;
mod incoming;
mod ordered;
mod plan;
mod request;
mod tally;

pub(super) use fetching::Fetching;
#[allow(unused_imports, reason = "the first source that enriches its rows uses it")]
pub(super) use ordered::in_order;
pub use plan::Plan;
pub(super) use request::ListRequest;
pub(super) use tally::Tally;
