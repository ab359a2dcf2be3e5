//! `/_sandbox/`: what a test or a person with `curl` can see and change. README.md describes the endpoints.

mod broken_body;
mod faults;
mod middleware;
mod record;
mod routes;
mod service;

pub use faults::Fault;
pub(crate) use middleware::{LARGEST_BODY, record_and_fail};
pub use record::RecordedRequest;
pub(crate) use routes::router;
pub(crate) use service::Control;
