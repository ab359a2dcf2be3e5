//! Runs: one execution of one profile, and what it takes.

pub mod pipeline;
mod sandbox;
pub mod session;
pub mod status;

pub use pipeline::{Run, data};
