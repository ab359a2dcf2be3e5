//! A profile as meant.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::catalog::Origin;
pub use crate::globus::auth::SecretSource;
use crate::globus::scope::Scope;

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
    /// How the person logs in. Default: [`LoginFlow::Auto`].
    pub login: LoginFlow,
    /// How long a login waits for its person. Default: ten minutes, as long as a code lives.
    pub login_timeout: Duration,
    /// What a confidential client proves itself with; a native client has none.
    pub secret: Option<SecretSource>,
}

impl Default for PersonGrant {
    fn default() -> Self {
        Self {
            refresh_tokens: true,
            login: LoginFlow::Auto,
            login_timeout: Duration::from_secs(600),
            secret: None,
        }
    }
}

/// How a person logs in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LoginFlow {
    /// In the browser of this desktop where there is one, else as `Paste`.
    #[default]
    Auto,
    /// A browser on this machine is sent back to the program.
    Browser,
    /// A URL is shown and the code it leads to is pasted.
    Paste,
    /// Not in a run: without tokens it ends.
    Never,
}

/// The section `[escaping]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Escaping {
    /// Whether a field of CSV or TSV that a spreadsheet would take for a formula gets an apostrophe before it.
    /// Default: false, which leaves every value as it is.
    pub formula_guard: bool,
}

/// The section `[output]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The file to replace. Default: none, which is stdout.
    pub path: Option<PathBuf>,
    /// The permission bits of that file. Default: `0o600`.
    pub mode: u32,
}

impl Default for Output {
    fn default() -> Self {
        Self { path: None, mode: 0o600 }
    }
}

/// The section `[http]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Http {
    /// How long one request may take. Default: [`Timeout::FromEnvironment`].
    pub timeout: Timeout,
    /// How often a failed request is sent again, from 0 to 20. Default: 5.
    pub retries: u32,
    /// A PEM file with the certificates to trust. Default: none, which is the system's.
    pub ca_file: Option<PathBuf>,
    /// The proxy for every request, `http` or `https`. Default: none, which is what the environment says.
    pub proxy: Option<Url>,
}

impl Default for Http {
    fn default() -> Self {
        Self { timeout: Timeout::FromEnvironment, retries: 5, ca_file: None, proxy: None }
    }
}

/// How long one request may take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Timeout {
    /// As `GLOBUS_SDK_HTTP_TIMEOUT` says, or the SDK's default: the profile says nothing.
    #[default]
    FromEnvironment,
    /// This long. Written as a number of seconds.
    After(Duration),
    /// Without a limit. Written as -1, as in the Globus SDK.
    Never,
}

/// The section `[environment]`. What is not given comes from the `GLOBUS_SDK_*` variables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// One of the environments of the Globus SDK, such as `production`.
    pub name: Option<String>,
    /// The base URL of Globus Auth.
    pub auth_url: Option<Url>,
    /// The base URL of Globus Groups.
    pub groups_url: Option<Url>,
}
