//! The log of runs: what became of each run of a profile, for `status`, hooks and schedules.

mod file;
mod logged_run;

pub use file::RunLog;
pub use logged_run::{LoggedRun, ON_RECOVERY};
