//! Tokens at rest: what one is, where it is kept, and the lock that keeps two runs apart.

mod json;
mod lock;
mod store;
mod token;

pub use lock::Lock;
pub use store::TokenStore;
pub use token::{Token, Tokens, now};
