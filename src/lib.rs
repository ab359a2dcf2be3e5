//! `runner` turns a TOML profile into a finished file.

pub mod atomic_file;
pub mod auth;
pub mod cli;
pub mod diagnostic;
pub mod error;
pub mod globus;
pub mod loopback;
pub mod output;
pub mod profile;
pub mod sandbox;
pub mod search;
pub mod template;
pub mod tokens;

pub use error::{Error, Kind, Result};
