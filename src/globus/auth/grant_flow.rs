//! How tokens are granted.

use std::fmt;
use std::pin::Pin;

use super::login_attempt::{LoggedIn, LoginAttempt};
use crate::Result;

/// How a run gets tokens that the store does not have.
#[derive(Debug)]
pub enum GrantFlow {
    /// A person logs in.
    Login {
        flow: Box<dyn LoginFlow>,
        /// Whether the tokens have to come with refresh tokens.
        refresh_tokens: bool,
    },
    /// A person has to log in, but can't do so here: the reason, such as "there is no terminal".
    NonInteractive { why: &'static str, refresh_tokens: bool },
    /// The client is a service account: its secret is enough, and it never gets refresh tokens.
    /// [RFC 6749, section 4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)
    ClientCredentials,
}

impl GrantFlow {
    /// Whether the client acts as itself, not for a person.
    pub fn is_client_credentials(&self) -> bool {
        matches!(self, Self::ClientCredentials)
    }

    /// Whether a person has to log in, here or elsewhere.
    pub(super) fn needs_person(&self) -> bool {
        match self {
            Self::Login { flow, .. } => flow.is_interactive(),
            Self::NonInteractive { .. } => true,
            Self::ClientCredentials => false,
        }
    }

    pub(super) fn needs_refresh_tokens(&self) -> bool {
        match self {
            Self::Login { refresh_tokens, .. } | Self::NonInteractive { refresh_tokens, .. } => {
                *refresh_tokens
            }
            Self::ClientCredentials => false,
        }
    }
}

/// A login in progress.
pub type LoggingIn<'f> = Pin<Box<dyn Future<Output = Result<LoggedIn>> + 'f>>;

/// How a login is approved: by a person at a terminal, or by a sandbox.
pub trait LoginFlow {
    /// Gets the login approved. Exit code 3 if it is not.
    fn log_in<'f>(&'f self, attempt: &'f LoginAttempt<'f>) -> LoggingIn<'f>;

    /// Whether a person takes part. The result is reported to them.
    fn is_interactive(&self) -> bool;
}

/// As a part of the trait, it would bring what prints each flow into the program, with all of a profile.
impl fmt::Debug for dyn LoginFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginFlow")
    }
}
