//! A profile: the TOML file that names a client, scopes, a token file, a template and the output.
//!
//! Reading one takes three steps. `extends` makes one table of the file and of those that it extends. `read` turns the
//! table into a profile as `written`, and collects every mistake with its place. `meant` turns that into a [`Profile`], in
//! which nothing is optional that need not be.

mod data;
mod extends;
mod files;
mod groups;
mod guard;
mod listing;
mod meant;
mod model;
mod notices;
mod parse;
mod paths;
mod place;
mod read;
#[cfg(test)]
mod reference;
mod schema;
mod secret;
mod secret_variables;
mod settings;
#[cfg(test)]
mod tests;
mod written;

pub use data::{DataService, DataSource, PathPart, PathTemplate, may_be_skipped};
pub use groups::{Groups, Members};
pub use guard::{Guard, Limit};
pub use listing::{Listed, read_all};
pub use model::{
    EachFile, Grant, IdMapSettings, NamedTemplate, NumberRange, Output, OutputTarget, PersonGrant, Profile,
    Storage,
};
pub use notices::{HookCommand, Hooks, Notify, PingUrl};
pub use paths::process_env;
pub use place::Place;
pub use schema::describe;
pub use settings::{Override, Setting, Settings, Source, WIDTH, lines};
pub use written::{
    Deadline, Include, LoginSetting, Mode, NameGlob, OnError, OnOverlap, PingFailure, Role, SortKey, Status,
    Timeout,
};
