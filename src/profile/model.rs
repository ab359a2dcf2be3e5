//! A profile as meant.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::place::Place;
use crate::catalog::Origin;
pub use crate::globus::auth::SecretSource;
use crate::globus::scope::Scope;
use crate::profile::data::DataSource;
use crate::profile::groups::Groups;
use crate::profile::guard::Guard;
use crate::profile::notices::{HookCommand, Hooks, Notify};
use crate::profile::written::{Environment, Escaping, History, Http, LoginSetting, Mode, RunLimits};

/// A profile whose every value has been checked. `written` documents the keys.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its name; for a profile given as a path, the name of the file without `.toml`.
    pub name: String,
    /// Where it is.
    pub origin: Origin,
    /// Where the profiles are that it extends, the nearest one first.
    pub bases: Vec<Origin>,
    /// One line for people; may be empty.
    pub description: String,
    /// The words that select it, each once.
    pub tags: Vec<String>,
    /// The UUID of the Globus application, in lower case.
    pub client_id: String,
    /// The scopes to request, each once: those that the profile names, or what it needs.
    pub scopes: Vec<Scope>,
    /// Where tokens are kept.
    pub storage: Storage,
    /// The template of each output that names no other; none only if each names one.
    pub template: Option<NamedTemplate>,
    /// The section `[auth]`.
    pub auth: Auth,
    /// The section `[groups]`; none if the profile does not have it.
    pub groups: Option<Groups>,
    /// The sections `[data.NAME]`, in the order of the file.
    pub data: Vec<DataSource>,
    /// The section `[vars]`, as a template sees it.
    pub vars: serde_json::Map<String, serde_json::Value>,
    /// The section `[escaping]`.
    pub escaping: Escaping,
    /// The section `[output]`, or each `[[output]]`. There is at least one.
    pub outputs: Vec<Output>,
    /// The section `[history]`.
    pub history: History,
    /// The section `[id_map]`, if there is one.
    pub id_map: Option<IdMapSettings>,
    /// The section `[http]`.
    pub http: Http,
    /// The section `[run]`.
    pub run: RunLimits,
    /// The section `[hooks]`.
    pub hooks: Hooks,
    /// The section `[notify]`.
    pub notify: Notify,
    /// The section `[environment]`.
    pub environment: Environment,
}

impl Profile {
    /// Whether groups are a source of rows: in a profile that declares other lists, only if it has `[groups]`.
    #[must_use]
    pub fn has_groups(&self) -> bool {
        self.groups.is_some() || self.data.is_empty()
    }

    /// What tells it from all other profiles in what is kept of runs; see [`SourceText::key`](crate::SourceText::key).
    #[must_use]
    pub fn key(&self) -> String {
        self.origin.key(&self.name)
    }

    /// The folder of the profile; none for an embedded one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.origin.folder()
    }

    /// The hooks of the profile, and those of its outputs.
    pub fn hook_commands(&self) -> impl Iterator<Item = &HookCommand> {
        let Hooks { before, on_change, on_failure, on_recovery, after, timeout: _ } = &self.hooks;
        let own = [before, on_change, on_failure, on_recovery, after].into_iter().flatten();
        own.chain(self.outputs.iter().filter_map(|output| output.on_change.as_ref()))
    }
}

/// A template that a profile names.
#[derive(Debug, Clone)]
pub struct NamedTemplate {
    /// The name or path, expanded; a relative path starts at the [folder](Self::folder) of the file that has it.
    pub name: String,
    /// Where the profile, or one that it extends, names it.
    pub place: Place,
}

impl NamedTemplate {
    /// The folder where it is looked for first; none for that of an embedded profile.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.place.origin.folder()
    }
}

/// The section `[output]`, or one `[[output]]`.
#[derive(Debug, Clone)]
pub struct Output {
    pub template: NamedTemplate,
    pub target: OutputTarget,
    pub mode: Option<Mode>,
    /// Whether the whole output has to be of its format.
    pub validate: bool,
    pub byte_order_mark: bool,
    /// Runs after the file has changed.
    pub on_change: Option<HookCommand>,
    pub guard: Guard,
}

impl Output {
    /// The file, if it is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.target {
            OutputTarget::File(path) => Some(path),
            OutputTarget::Stdout | OutputTarget::Each(_) => None,
        }
    }
}

/// Where an output goes.
#[derive(Debug, Clone)]
pub enum OutputTarget {
    Stdout,
    File(PathBuf),
    Each(EachFile),
}

/// A file for each row of a list.
#[derive(Debug, Clone)]
pub struct EachFile {
    /// The name of the list, such as `groups`.
    pub list: Arc<str>,
    /// The folder that all files are in: the part of the path before the first tag.
    pub folder: PathBuf,
    /// The rest of the path: a template over the row.
    pub name: String,
    /// Where the path is written.
    pub place: Place,
    /// Whether files that are no longer written are removed.
    pub prune: bool,
}

/// Where tokens are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Storage {
    /// In this JSON file, in the format of the Globus SDK.
    Json(PathBuf),
    /// In this SQLite file, in the format of the Globus SDK.
    Sqlite(PathBuf),
    /// In the file of the SDK's `GlobusApp` with this name and the profile's client. Written `app:NAME`.
    App(String),
    /// In this process only.
    Memory,
}

/// The section `[id_map]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdMapSettings {
    /// The file that keeps the numbers.
    pub path: PathBuf,
    /// Those for new users.
    pub users: NumberRange,
    /// Those for new groups.
    pub groups: NumberRange,
}

/// Numbers of users or groups, from the least to the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberRange {
    pub min: u32,
    pub max: u32,
}

/// The section `[auth]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auth {
    pub grant: Grant,
    /// The namespace of the token file.
    pub namespace: String,
}

/// How access is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// A person logs in and lets the client act for them. Written `authorization_code`, the grant type of
    /// [RFC 6749, section 4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1).
    Person(PersonGrant),
    /// The client is a service account: it acts as itself, and authenticates with this secret. Written
    /// `client_credentials`, the grant type of
    /// [RFC 6749, section 4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4).
    ServiceAccount(SecretSource),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonGrant {
    pub refresh_tokens: bool,
    /// The login flow of a run.
    pub login: LoginSetting,
    /// How long a login waits for the person.
    pub login_timeout: Duration,
    /// The secret of a confidential client; none for a native client.
    pub secret: Option<SecretSource>,
}
