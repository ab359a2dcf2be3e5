//! A Handlebars template, escaped by its format: rows in, text out.
//!
//! Templates are strict: a variable, helper or partial that does not exist is an error, never an empty string.

mod engine;
mod escape;
mod evaluate;
mod file_names;
mod files;
mod format;
mod helpers;
// In a table of states, each line stands for itself; and what a lexer remembers are facts of their own.
#[expect(clippy::match_same_arms, clippy::struct_excessive_bools)]
mod landing;
mod obstacle;
mod partials;
mod plan;
mod problem;
mod program;
mod raw_values;
mod reads;
mod rendering;
mod sample;
mod sink;
mod stream;
mod summary;
#[cfg(test)]
mod tests;
mod writer;

pub use engine::Template;
pub use file_names::{FileNames, unusable};
pub use format::Format;
pub use helpers::HelperState;
pub use rendering::{Rendering, render_snapshot};
pub use sample::{check_with_sample, check_with_samples};
pub use summary::summary;
