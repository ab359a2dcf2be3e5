//! A profile and a template to start with, both with comments for newcomers.

mod answers;
mod comments;
mod files;
mod questions;
mod starter;
mod stored_logins;

pub use answers::Field;
pub use files::Files;
pub use questions::collect_answers;
