//! A Handlebars template, escaped by its format: rows in, text out.
//!
//! Templates are strict: a variable, helper or partial that does not exist is an error, never an empty string.

mod calls;
mod engine;
mod escape;
mod format;
mod helpers;
mod hint;
mod lint;
mod nesting;
mod obstacle;
mod parse;
mod partial_frame;
mod partials;
mod path;
mod plan;
mod problem;
mod rendering;
mod sample;
mod stream;
mod summary;
mod syntax;
#[cfg(test)]
mod tests;
mod walk;
mod writer;

pub use engine::Template;
pub use format::Format;
pub use rendering::{Rendering, render_snapshot};
pub use sample::check_with_sample;
pub use summary::summary;
