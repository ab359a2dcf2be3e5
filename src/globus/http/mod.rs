//! Requests to the services, with their deadlines and retries.

mod cause;
mod client;
mod json_array;
pub mod limits;
mod options;
mod request;
mod response;
mod retry;
mod tls;

pub use client::HttpClient;
pub use json_array::{JsonArraySplitter, SplitError};
pub use options::HttpOptions;
pub use request::Request;
pub use response::{Cancelled, Response, Sink};
pub use tls::TlsVerification;
