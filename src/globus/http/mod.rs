//! Requests to the services, with their deadlines and retries.

mod client;
mod json_array;
mod retry;

pub use client::{Answer, Ask, Sink, Stopped, Transport, TransportOptions};
pub use json_array::{Elements, NotAnArray};
