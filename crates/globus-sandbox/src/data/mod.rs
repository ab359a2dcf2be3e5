//! The users, clients and groups of a sandbox.
//!
//! | file | what is in it |
//! |---|---|
//! | `model` | what they are |
//! | `read` | reading a file |
//! | `built_in` | those that are built in |
//! | `check` | what serde does not check |
//! | `key_path`, `mistake` | a mistake in a file: where it is, and an example of what is right |

mod built_in;
mod check;
mod key_path;
mod mistake;
mod model;
mod read;

pub use mistake::Mistake;
pub use model::{Client, Data, Identity, User};
pub(crate) use model::{Group, Membership, ROLES, STATUSES};
