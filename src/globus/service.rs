//! A Globus service, as its clients know it.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::ops::Deref;

use url::Url;

use crate::Error;

/// A service that takes access tokens.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its name in messages, such as `Globus Groups`.
    pub name: Cow<'static, str>,
    /// How its token is found.
    pub token: TokenKey,
    pub base_url: BaseUrl,
}

/// How the token for a service is found among those of a login.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenKey {
    /// What Globus Auth calls the service, such as `groups.api.globus.org`.
    ResourceServer(Cow<'static, str>),
    /// A scope that the service needs; what Globus Auth calls the service is not known.
    Scope(String),
}

/// What a message calls the token: `groups.api.globus.org`, or `the scope X`.
impl Display for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ResourceServer(name) => f.write_str(name),
            Self::Scope(scope) => write!(f, "the scope {scope}"),
        }
    }
}

/// The base URL of a service, and who chose it. It ends in `/`.
#[derive(Debug, Clone)]
pub struct BaseUrl {
    url: Url,
    pub chosen_by: ChosenBy,
}

/// Who chose the URL of a service. Tokens go to a URL of a variable less readily: any line of a job can set one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChosenBy {
    /// The Globus environment: it is the service's own URL there.
    Environment,
    /// This key of the profile's `[environment]`.
    Profile(&'static str),
    /// This environment variable.
    Variable(&'static str),
}

impl BaseUrl {
    /// The URL must end in `/`.
    pub fn new(url: Url, chosen_by: ChosenBy) -> Self {
        Self { url, chosen_by }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.url.fmt(f)
    }
}

impl Deref for BaseUrl {
    type Target = Url;

    fn deref(&self) -> &Url {
        &self.url
    }
}

impl Service {
    /// The error of a response that is not a list of these things.
    pub fn not_a_list_of(&self, things: &str, why: impl Display) -> Error {
        Error::failed(format!("{} sent a response that is not a list of {things}", self.name))
            .because(why)
            .help("run it again with -vv; if that does not help, the service or a proxy has changed")
    }
}
