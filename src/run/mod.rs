//! Runs: one execution of one profile, and what it takes.

mod inputs;
pub mod pipeline;
#[cfg(feature = "sandbox")]
mod sandbox;
pub(crate) mod session;
pub(crate) mod status;
mod with_session;

pub use inputs::inputs;
pub use pipeline::{Run, data};
