//! A profile as meant.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::catalog::Origin;
pub use crate::globus::auth::SecretSource;
use crate::globus::scope::Scope;
use crate::profile::written::{Environment, Escaping, Http, Login, Output};

/// A profile whose every value has been checked.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The name it was asked for by.
    pub name: String,
    /// Where it came from.
    pub origin: Origin,
    /// The text of the file, for showing the line a later mistake comes from. What looks like a secret is masked.
    pub source: Arc<str>,
    /// One line for `runner profiles`. Empty by default.
    pub description: String,
    /// The UUID of the registered Globus application, in lower case.
    pub client_id: String,
    /// The scopes to ask for, at least one, each of them once.
    pub scopes: Vec<Scope>,
    /// Where tokens are kept.
    pub storage: Storage,
    /// The name or path of the template, with `~` and `${VAR}` replaced; a relative path starts at the profile's folder.
    pub template: String,
    /// The bytes of [`source`](Self::source) that name the template.
    pub template_span: Range<usize>,
    /// How to log in.
    pub auth: Auth,
    /// What the template sees as `vars`. A TOML date or time is a string here.
    pub vars: serde_json::Map<String, serde_json::Value>,
    /// How values are written into the output.
    pub escaping: Escaping,
    /// Where the result goes.
    pub output: Output,
    /// How requests are made.
    pub http: Http,
    /// Which Globus is asked.
    pub environment: Environment,
}

impl Profile {
    /// The folder the profile lies in; none for one that ships inside the binary.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match &self.origin {
            Origin::File(path) => path.parent(),
            Origin::Embedded => None,
        }
    }
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

/// The section `[auth]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auth {
    /// How access is granted. Default: to a person's native client.
    pub grant: Grant,
    /// The namespace of the token file that the tokens are kept under. Default: `DEFAULT`.
    pub namespace: String,
}

impl Default for Auth {
    fn default() -> Self {
        Self { grant: Grant::Person(PersonGrant::default()), namespace: "DEFAULT".to_owned() }
    }
}

/// How access is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// A person logs in and lets the client act for them. Written `authorization_code`, the grant type of
    /// [RFC 6749, section 4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1).
    Person(PersonGrant),
    /// The client is a service account: it acts as itself and proves itself with this secret. Written
    /// `client_credentials`, the grant type of
    /// [RFC 6749, section 4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4).
    ServiceAccount(SecretSource),
}

/// What a login of a person is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonGrant {
    /// Whether to ask for refresh tokens. Default: true.
    pub refresh_tokens: bool,
    /// How the person logs in. Default: [`Login::Auto`].
    pub login: Login,
    /// How long a login waits for its person. Default: ten minutes, as long as a code lives.
    pub login_timeout: Duration,
    /// What a confidential client proves itself with; a native client has none.
    pub secret: Option<SecretSource>,
}

impl Default for PersonGrant {
    fn default() -> Self {
        Self {
            refresh_tokens: true,
            login: Login::Auto,
            login_timeout: Duration::from_secs(600),
            secret: None,
        }
    }
}
