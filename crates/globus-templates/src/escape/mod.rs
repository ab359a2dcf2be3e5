//! Escaping: what keeps a value from breaking the format it is written into. One file for each family of formats.
//!
//! A character that a format cannot hold is replaced by something visible. It is never dropped: `admins` and
//! `admins` with a NUL in it would become the same name. It is never an error either: the name of a group
//! could stop other people's runs.

pub mod accounts;
pub mod csv;
pub mod dot;
pub mod env;
pub mod html;
pub mod ini;
pub mod js;
pub mod json;
pub mod jsonl;
pub mod ldif;
pub mod lines;
pub mod markdown;
mod replace;
pub mod sh;
pub mod sql;
pub mod tex;
pub mod toml;
pub mod tsv;
pub mod xml;
pub mod yaml;
