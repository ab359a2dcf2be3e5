//! Requests to the services, with their deadlines and retries.

mod client;
mod json_array;
mod retry;

pub(crate) use client::{HttpClient, HttpOptions, Request, Response, Sink, Stopped};
pub(crate) use json_array::{Elements, NotAnArray};
