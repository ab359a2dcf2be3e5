//! Runs: a run is one execution of one profile.

mod inputs;
pub mod pipeline;
#[cfg(feature = "sandbox")]
mod sandbox;
pub(crate) mod session;
pub(crate) mod status;
mod with_session;

pub use inputs::inputs;
pub use pipeline::{Run, data};
