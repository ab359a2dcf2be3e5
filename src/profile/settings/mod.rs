//! A profile as meant, key by key, with where each value comes from. The keys, their order and their defaults are those
//! of the schema, so that a new key needs nothing here.

mod collect;
mod meant;
mod same_meaning;
mod setting;
mod toml_text;
mod toml_value;

pub use collect::{Override, Settings};
#[cfg(test)]
pub(super) use same_meaning::without_places;
pub use setting::{Setting, Source};
pub use toml_text::{WIDTH, lines};
