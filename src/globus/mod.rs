//! A client of Globus: the addresses of its services, HTTP, tokens, logins, and the services themselves.

pub mod api;
pub mod auth;
pub mod environment;
pub mod http;
pub mod login;

pub mod scope;
pub mod service;
pub mod service_name;
pub mod tokens;
pub mod urls;
