//! Other programs: started without a shell and without secrets in their environment, and ended with their children.

mod environment;
mod group;
mod output;
mod start;

pub use environment::{command, hide_variable};
pub use group::kill_all;
pub use output::read_until_end;
pub use start::start;
