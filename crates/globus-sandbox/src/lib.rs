#![doc = include_str!("../README.md")]

mod auth;
mod control;
mod data;
mod error;
mod groups;
mod lists;
mod lock;
mod sandbox;
mod server;
mod web;

pub use auth::{IdTokenFault, RefreshTokenPolicy};
pub use control::{Fault, RecordedRequest};
pub use data::{Client, Data, Identity, Mistake, User};
pub use error::{Error, Result};
pub use sandbox::{Options, Sandbox};
