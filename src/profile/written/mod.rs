//! A profile as written: one type for each table of the file, in which a field is a key.
//!
//! A field is all there is to a key: its doc comment is the documentation, its type says what the key accepts and
//! what the default is. The reading with its messages, the JSON Schema, the reference of the book and the comments
//! that `runner init` writes come from it. A section whose keys can each be checked alone is used as it stands here;
//! the top of the file and `[auth]` are turned into what they mean by [`meant`](super::meant).

mod auth;
mod data;
mod environment;
mod escaping;
mod groups;
mod guard;
mod history;
mod hooks;
mod http;
mod id_map;
mod notify;
mod output;
mod ping_url;
mod run;
mod top;
mod values;

pub(super) use auth::{Auth, ClientSecret, GrantType, SecretKeys, WHERE};
pub(super) use data::{
    DataService, DataSource, DataSources, OnStatus, OnStatuses, PaginatorKeys, PaginatorType, Truncated,
};
pub(super) use groups::{Groups, Members};
pub(super) use guard::Guard;
pub(super) use hooks::Hooks;
pub(super) use id_map::IdMap;
pub(super) use notify::Notify;
pub(super) use output::{Output, Outputs};
pub(super) use ping_url::PingUrl;
pub(super) use top::WrittenProfile;
pub(super) use values::{Count, FILE_PATH, Limit, Percent, Tag};

pub use auth::LoginSetting;
pub use environment::Environment;
pub use escaping::Escaping;
pub use groups::{Include, OnError, Role, Status};
pub use history::History;
pub use http::Http;
pub use notify::PingFailure;
pub use run::{OnOverlap, RunLimits};
#[cfg(test)]
pub use values::FilePath;
pub use values::{Deadline, GroupId, Integer, Mode, NameGlob, ServiceUrl, SortKey, Timeout};
