//! Stored tokens, the formats of their files, and the lock between runs.

mod app_file;
mod json;
mod lock;
mod sdk;
mod sqlite;
mod store;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use app_file::{GlobusApp, check_app_name};
pub(crate) use lock::Lock;
pub(crate) use store::TokenStore;
pub use token::now;
pub(crate) use token::{Token, Tokens, missing_scopes};
