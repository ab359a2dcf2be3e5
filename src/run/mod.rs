//! Runs: a run is one execution of one profile.

mod alike;
mod at_once;
mod counted_rows;
mod data;
mod deadline;
mod ending;
mod fan_out;
mod files_of_others;
mod finished;
mod ids;
mod log_context;
pub mod login_group;
mod lost_ids;
pub mod needed_services;
mod one_output_each;
mod one_run;
mod overrides;
mod own_output;
mod pipeline;
mod prepared;
mod protected_files;
mod repeat;
mod run_id;
#[cfg(feature = "sandbox")]
mod sandbox;
mod sandbox_data;
pub mod session;
mod shared_fetch;
pub mod shared_login;
mod shared_session;
pub mod status;
mod stored_login;
mod with_session;

pub use data::data;
pub use ending::{Ending, OnEnd};
pub use finished::{Finished, RunResult};
pub use log_context::profile_in_context;
pub use one_run::{Run, TemplateOverride};
pub use overrides::overrides;
pub use own_output::check_own_output;
pub use pipeline::execute;
pub use protected_files::protected_files;
pub use run_id::run_id;
pub use sandbox_data::SandboxData;
pub use stored_login::has_login;
