//! From a profile as written to what it means: the keys that depend on each other, on the profile's folder or on the
//! environment.

mod auth;
mod conversion;
mod data;
mod groups;
mod guard;
mod id_map;
mod list_name;
mod missing_template;
mod notices;
mod output;
mod program;
mod scopes;
mod secret_place;
mod storage;
mod template;
mod top;

pub(super) use conversion::Conversion;
pub(super) use missing_template::missing_template;
pub(super) use top::convert;
