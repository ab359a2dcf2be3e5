//! Runs: one execution of one profile, and what it takes.

pub mod pipeline;
#[cfg(feature = "sandbox")]
mod sandbox;
pub(crate) mod session;
pub(crate) mod status;
mod with_session;

pub use pipeline::{Run, data};
