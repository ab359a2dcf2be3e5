//! Stored tokens, the formats of their files, and the lock between runs.
//!
//! | file | what is in it |
//! |---|---|
//! | `token` | a token, and when it counts as expired |
//! | `store` | one interface over the formats |
//! | `json`, `json_document`, `sqlite`, `app_file` | the files of the Globus SDK, what is in the JSON file, and where a `GlobusApp` keeps them |
//! | `lock`, `reservation` | the lock between runs, and what is reserved before tokens arrive |
//! | `errors` | what messages say of a token file |

mod app_file;
mod errors;
mod json;
mod json_document;
mod lock;
mod reservation;
mod sqlite;
mod store;
#[cfg(test)]
mod tests;
mod token;

pub use app_file::{GlobusApp, check_app_name};
pub use json_document::JsonDocument;
pub use lock::Lock;
pub use store::TokenStore;
pub use token::now;
pub use token::{Token, Tokens, is_bearer_token, missing_scopes, token_with};
