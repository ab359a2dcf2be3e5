//! A Handlebars template, escaped by its format: rows in, text out.
//!
//! Templates are strict: a variable, helper or partial that does not exist is an error, never an empty string.

mod engine;
mod file_names;
mod files;
mod obstacle;
mod partials;
mod plan;
mod problem;
mod raw_values;
mod reads;
mod rendering;
mod sample;
mod stream;
mod summary;
#[cfg(test)]
mod tests;

pub use engine::Template;
pub use file_names::{FileNames, unusable};
pub use globus_templates::Format;
pub use globus_templates::helpers::HelperState;
pub use rendering::{Rendering, render_snapshot};
pub use sample::{check_with_sample, check_with_samples};
pub use summary::summary;
