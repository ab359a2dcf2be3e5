//! Templates in the language of [Handlebars](https://handlebarsjs.com/): JSON becomes text, and no value leaves its place.
//!
//! It knows neither files nor services, nor what the data are about: `globus-runner` finds templates, brings rows and
//! delivers what is rendered. All that touches each byte of a response or of an output is here, because a package is the least
//! that Cargo can compile for speed: the runner is compiled for size.
//!
//! A row of JSON becomes a [`value`], of just the parts that a template reads ([`read`]). A text becomes a tree
//! ([`handlebars`]), the tree a [`program`] of steps, and [`evaluate`] runs these. It calls [`helpers`], a [`Writer`] escapes
//! values for the [`Format`], and [`landing`] follows each of them into the output.
//!
//! | module | what is in it |
//! |---|---|
//! | [`clean()`], [`nearest()`] | text made safe for a terminal; "did you mean" |
//! | `eight_bytes` | looking at eight bytes of a text at once |
//! | `stops` | sets of bytes that end a run of others |
//! | [`value`] | values, objects that share their keys, what is hidden, orders, and which parts are read |
//! | [`read`] | values from JSON, in one pass |
//! | [`handlebars`] | the language: a text becomes a tree, or a mistake with its place |
//! | `format` | the formats of outputs |
//! | `escape` | what a value is written as, one file for each format |
//! | [`landing`] | lexers of outputs, one file for each format: where a value may stand |
//! | `writer` | what `{{x}}` and the helpers that write fragments give in a format |
//! | [`helpers`] | the functions of templates, one file for each subject |
//! | [`program`] | a tree made ready to run |
//! | [`evaluate`] | running it for some data |
//!
//! A module imports only from those before it in this table.

// A name and its type say what most of these items are; the others have a doc comment.
#![allow(missing_docs)]

mod clean;
mod eight_bytes;
mod escape;
pub mod evaluate;
mod format;
pub mod handlebars;
pub mod helpers;
// In a table of states, each line stands for itself; and what a lexer remembers are facts of their own.
#[expect(clippy::match_same_arms, clippy::struct_excessive_bools)]
pub mod landing;
mod nearest;
pub mod program;
pub mod read;
mod stops;
pub mod value;
mod writer;

pub use clean::clean;
pub use format::{Format, UnknownFormat, extension_of};
pub use nearest::{is_within, nearest};
pub use writer::{HelperOutput, LineEnds, Writer};
