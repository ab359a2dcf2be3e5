//! HTTP as the services of the sandbox see it: requests that have arrived as a whole, responses, and routes.
//!
//! No handler waits for anything, so a handler is a plain function. It is smaller than one of a framework, which is compiled
//! for the arguments of each.

mod parameters;
mod request;
mod response;
mod routes;

pub(crate) use globus_loopback::Response;
pub(crate) use parameters::Parameters;
pub(crate) use request::{Rejection, Request};
pub(crate) use response::{empty, html, json, redirect, text, with_body};
pub(crate) use routes::{Route, capture, delete, get, method_not_allowed, post, put, respond, serves};
