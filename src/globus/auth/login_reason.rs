//! Why a login is needed.

use std::fmt;

use super::authorization_parameters::AuthorizationParameters;
use crate::globus::scope::{self, Scope};

#[derive(Debug)]
pub enum LoginReason {
    NoTokens,
    /// The stored tokens were issued to this client.
    OtherClient(String),
    /// The stored tokens were issued by the Globus Auth at this base URL.
    OtherIssuer(String),
    /// The stored tokens are for a person instead of the client itself, or the other way round.
    OtherPrincipal(&'static str),
    /// No stored token has these root scopes.
    MissingScopes(Vec<String>),
    /// Dependencies of these scopes lack consents.
    MissingConsents(Vec<Scope>),
    /// There is no refresh token, and the profile wants one.
    NoRefreshToken,
    /// The access token has expired, and there is no refresh token.
    Expired,
    /// The access token has characters that can't be sent, and there is no refresh token.
    Malformed,
    /// The service rejected the access token, and there is no refresh token.
    TokenRejected,
    /// The service with this name rejects even refreshed tokens of the login.
    LoginRejected(String),
    /// Globus Auth rejected the refresh token, for this reason.
    RefreshRejected(String),
    /// The service with this name requires another login.
    Required(String, Box<AuthorizationParameters>),
    /// `runner login`.
    UserRequested(Box<AuthorizationParameters>),
}

impl LoginReason {
    /// The requirements of the login.
    pub(super) fn parameters(&self) -> Option<&AuthorizationParameters> {
        match self {
            Self::Required(_, parameters) | Self::UserRequested(parameters) => Some(parameters),
            _ => None,
        }
    }
}

impl fmt::Display for LoginReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTokens => f.write_str("no tokens are stored"),
            Self::OtherClient(id) => write!(f, "the stored tokens were issued to another client, {id}"),
            Self::OtherIssuer(url) if url.is_empty() => {
                f.write_str("the stored tokens name no URL of the Globus Auth that issued them")
            }
            Self::OtherIssuer(url) => {
                write!(f, "the stored tokens were issued by another Globus Auth, {url}")
            }
            Self::OtherPrincipal(principal) => write!(f, "the stored tokens are for {principal}"),
            Self::MissingScopes(scopes) => {
                write!(f, "the stored tokens lack the scope {}", scopes.join(" and "))
            }
            Self::MissingConsents(scopes) => write!(f, "consents are missing for {}", scope::join(scopes)),
            Self::NoRefreshToken => {
                f.write_str("the stored tokens have no refresh token, and the profile wants `refresh_tokens`")
            }
            Self::Expired => f.write_str("the stored access token has expired and there is no refresh token"),
            Self::Malformed => f.write_str(
                "the stored access token holds a character that no access token has, and there is no refresh token",
            ),
            Self::TokenRejected => {
                f.write_str("the stored access token was rejected and there is no refresh token")
            }
            Self::LoginRejected(service) => write!(f, "{service} rejected the tokens of this login"),
            Self::RefreshRejected(reason) => write!(f, "the stored refresh token was rejected ({reason})"),
            Self::Required(service, parameters) => {
                write!(f, "{service} requires another login: {}", parameters.explain())
            }
            Self::UserRequested(_) => f.write_str("it was requested"),
        }
    }
}
