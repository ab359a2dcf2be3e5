//! Tokens at rest: what one is, where it is kept, and the lock that keeps two runs apart.

mod app_file;
mod json;
mod lock;
mod sdk;
mod sqlite;
mod store;
#[cfg(test)]
mod tests;
mod token;

pub use app_file::check_app_name;
pub use lock::Lock;
pub use store::TokenStore;
pub use token::{Token, Tokens, now};
