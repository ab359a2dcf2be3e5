//! Runs: a run is one execution of one profile.

mod own_output;
mod pipeline;
mod protected_files;
mod repeat;
#[cfg(feature = "sandbox")]
mod sandbox;
mod sandbox_data;
pub mod session;
pub mod shared_login;
pub mod status;
mod stored_login;
mod with_session;

pub use own_output::check_own_output;
pub use pipeline::{Run, TemplateOverride, data};
pub use protected_files::protected_files;
pub use sandbox_data::SandboxData;
pub use stored_login::has_login;
