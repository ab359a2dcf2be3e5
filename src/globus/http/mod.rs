//! Requests to the services, with their deadlines and retries.

mod client;
mod json_array;
mod retry;

pub(crate) use client::{Cancelled, HttpClient, HttpOptions, Request, Response, Sink};
pub(crate) use json_array::{JsonArraySplitter, NotAnArray};
