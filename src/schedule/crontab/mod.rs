//! cron: one marked block in the crontab of the user. Every other line stays as it is, byte for byte.

mod block;
mod entry;
mod program;

pub use block::Text;
pub use program::{Crontab, is_there};
