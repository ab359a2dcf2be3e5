//! Where values land: each value from outside is followed into the output, and has to stand where its format allows one.
//!
//! Escaping makes a value safe in some places of a format only, such as the inside of quotes. Which place that is can't
//! be seen in a template: a partial, a block or another value can open the quotes. So a lexer of the format reads the
//! output, and knows where in it values are. In doubt it refuses: nothing is delivered then.

mod accounts;
mod address;
mod attribute;
mod delimited;
mod dot;
mod env;
mod fault;
mod followed;
mod follower;
mod formats;
mod htgroup;
mod html;
mod ini;
mod js;
mod json;
mod jsonl;
mod keeping;
mod ldif;
mod lexer;
mod lines;
mod markdown;
mod memory;
mod name;
mod runs;
mod sh;
mod sink;
mod sql;
#[cfg(test)]
mod testing;
mod tex;
mod toml;
mod xml;
mod yaml;

pub use fault::Refusal;
pub use followed::Followed;
pub use lexer::ValueKind;
pub use sink::{Indented, Sink};
