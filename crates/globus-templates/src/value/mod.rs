//! What a template reads: values of JSON, small and cheap to clone.

mod fields;
mod hidden;
mod json;
mod json_text;
mod object;
mod order;
mod shape;
mod write_json;

pub use fields::Fields;
pub use hidden::Hidden;
pub use json::{Object, Value};
pub(crate) use json_text::{ordinary, write_string_content};
pub use object::{ObjectOf, Place};
pub use order::{any_order, inside, member, text_order};
pub use shape::{Key, Shape};
pub use write_json::write_json;
