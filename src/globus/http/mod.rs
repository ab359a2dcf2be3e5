//! Requests to the services, with their deadlines and retries.

mod cause;
mod client;
mod json_array;
pub(crate) mod limits;
mod options;
mod request;
mod response;
mod retry;
mod tls;

pub(crate) use client::HttpClient;
pub(crate) use json_array::{JsonArraySplitter, SplitError};
pub(crate) use options::HttpOptions;
pub(crate) use request::Request;
pub(crate) use response::{Cancelled, Response, Sink};
pub(crate) use tls::TlsVerification;
