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

pub use app_file::{GlobusApp, check_app_name};
pub use lock::Lock;
pub use store::TokenStore;
pub use token::now;
pub use token::{Token, Tokens, missing_scopes};
