//! A profile: the TOML file that says who asks, for what, and where the answer goes.
//!
//! Reading one takes two steps. `reader` walks the table as written, with the place of every key and value, and collects
//! every mistake. `parse` and its sections turn it into a [`Profile`] as meant, in which nothing is optional that need
//! not be. What belongs to a later version is recognised and refused, never silently ignored.

mod auth;
mod model;
mod parse;
mod paths;
mod reader;
mod secret;
mod sections;
#[cfg(test)]
mod tests;
mod vars;

pub use model::{
    Auth, Environment, Escaping, Grant, Http, LoginFlow, Output, PersonGrant, Profile, SecretSource, Storage,
    Timeout,
};
pub use paths::{Env, process_env};
