//! Mistakes in a file that a person wrote, each shown with its file, line, column and the line itself.

pub mod duration;
mod mask;
mod model;
pub mod moment;
mod position;
mod render;
mod secrets;
pub mod size;

pub use globus_templates::clean;
pub use globus_templates::{is_within, nearest};
pub use mask::mask;
pub use model::Diagnostic;
pub use secrets::{names_secret, redact, secrets, without_secrets, words_like_secrets};
