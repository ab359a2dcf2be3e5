//! Escaping: what keeps a value from breaking the format it is written into. One file for each family of formats.
//!
//! A character that a format cannot hold is replaced by something visible. It is never dropped: `admins` and
//! `admins` with a NUL in it would become the same name. It is never an error either: the name of a group
//! could stop other people's runs.

pub(super) mod accounts;
pub(super) mod csv;
pub(super) mod dot;
pub(super) mod env;
pub(super) mod html;
pub(super) mod ini;
pub(super) mod js;
pub(super) mod json;
pub(super) mod jsonl;
pub(super) mod ldif;
pub(super) mod lines;
pub(super) mod markdown;
mod replace;
pub(super) mod sh;
pub(super) mod sql;
pub(super) mod tex;
pub(super) mod toml;
pub(super) mod tsv;
pub(super) mod xml;
pub(super) mod yaml;
