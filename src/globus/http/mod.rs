//! Requests to the services, with their deadlines and retries.

mod client;
mod json_array;
mod retry;

pub(crate) use client::{Answer, Ask, Sink, Stopped, Transport, TransportOptions};
pub(crate) use json_array::{Elements, NotAnArray};
