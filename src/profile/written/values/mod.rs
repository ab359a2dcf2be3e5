//! The types of values in a profile: each says what it accepts, in Rust and in the schema.
//!
//! The error of a `TryFrom` in here is what follows the name of the key in the message: `must be from 0 to 20`. A second
//! line of it is the help; without one, the help is the example of the schema.

mod client_id;
mod group_id;
mod integer;
mod limit;
mod mode;
mod name_glob;
mod names;
mod path;
mod seconds;
mod sort_key;
mod switch;
mod url;
mod vars;

pub use client_id::ClientId;
pub use limit::{Count, Limit, Percent};
pub use names::{Namespace, Tag, VariableName};
pub use path::FILE_PATH;
pub use switch::Switch;
pub use vars::Vars;

pub use group_id::GroupId;
pub use integer::Integer;
pub use mode::Mode;
pub use name_glob::NameGlob;
pub use names::EnvironmentName;
pub use path::FilePath;
pub use seconds::{Age, Deadline, Seconds, Timeout};
pub use sort_key::SortKey;
pub use url::{ProxyUrl, ServiceUrl, parse_url};
