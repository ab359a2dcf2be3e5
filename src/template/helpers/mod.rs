//! What a template can do with values besides showing them.
//!
//! A helper is a function from its arguments to a value. The value is escaped as `{{x}}` is, unless the helper
//! writes a finished piece of the format (`csv`, `json`, `quoted`, and `table` in Markdown).
//!
//! All helpers are strict: a missing argument, or one of the wrong type, is an error that names the helper. They
//! replace Handlebars' own comparison helpers, which ignore such mistakes.

mod call;
mod fragments;
mod function;
mod lists;
mod logic;
mod registry;
mod table;
mod text;
mod time;
mod tree;
mod value;

pub(super) use function::Misuse;
pub(super) use registry::{names, register};
