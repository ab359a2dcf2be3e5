//! A client of Globus: the addresses of its services, HTTP, tokens, logins, and the services themselves.

pub mod api;
pub(crate) mod auth;
pub(crate) mod environment;
pub(crate) mod http;
pub(crate) mod login;
pub(crate) mod loopback;
pub(crate) mod scope;
pub(crate) mod service;
pub mod tokens;
