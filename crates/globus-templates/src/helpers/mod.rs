//! What a template can do with values besides showing them.
//!
//! A helper is a function from its arguments to a value. The value is escaped as `{{x}}` is, unless the helper
//! writes a finished piece of the format (`csv`, `json`, `quoted`, and `table` in Markdown).
//!
//! All helpers are strict: a missing argument, or one of the wrong type, is an error that names the helper. They
//! replace Handlebars' own comparison helpers, which ignore such mistakes.
//!
//! A helper has all it needs in its arguments. So what a template reads shows in its text, and it can stream. Those that
//! give local names and numbers also remember what they gave (`state`), so that no two people get the same.

mod call;
mod comparison;
mod filter;
mod fragments;
mod function;
mod links;
mod lists;
mod local_name;
mod logic;
mod numbers;
mod pattern;
mod registry;
mod sort;
mod state;
mod table;
mod text;
mod time;
mod tree;
mod unix_id;
mod unix_ids;
mod unnest;
mod value;
mod width;

pub use state::HelperState;
pub use unix_ids::{NoNumber, UnixIds};

pub use call::{Argument, Call, Which};
pub use function::{Failure, Function, HelperFn, Misuse, Run};
pub(crate) use registry::is_question;
pub use registry::{exists, instead_of, names, own};
pub(crate) use value::is_true;
pub use value::{member, text};
