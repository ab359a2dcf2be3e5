//! Runs: a run is one execution of one profile.

pub mod pipeline;
mod protected_files;
#[cfg(feature = "sandbox")]
mod sandbox;
pub(crate) mod session;
pub(crate) mod status;
mod with_session;

pub use pipeline::{Run, data};
pub use protected_files::protected_files;
