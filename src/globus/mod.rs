//! Globus as seen from here: where its services live, how they are asked, tokens and logins, and what the
//! services answer.

pub mod api;
pub(crate) mod auth;
pub(crate) mod environment;
pub(crate) mod http;
pub(crate) mod login;
pub(crate) mod loopback;
pub(crate) mod scope;
pub(crate) mod service;
pub mod tokens;
