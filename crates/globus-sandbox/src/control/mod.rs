//! `/_sandbox/`: what a test or a person with `curl` can see and change. README.md describes the endpoints.

mod faults;
mod record;
mod routes;
mod service;

pub use faults::Fault;
pub use record::RecordedRequest;
pub(crate) use routes::respond;
pub(crate) use service::Control;
