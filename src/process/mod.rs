//! Other programs: started without a shell, and ended with their children.

mod group;
mod output;
mod start;

pub use output::read_until_end;
pub use start::start;
