//! Globus as seen from here: where its services live, how they are asked, tokens and logins, and what the
//! services answer.

pub mod api;
pub mod auth;
pub mod environment;
pub mod http;
pub mod login;
pub mod loopback;
pub mod scope;
pub mod tokens;

pub use environment::Services;
