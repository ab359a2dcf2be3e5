//! A usable access token for the run: the stored one, a renewed one, or one from a new login.
//!
//! The order, so that two runs renew once: lock, re-read, decide, exchange, store, unlock.

use std::collections::BTreeSet;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::login::Login;
use super::oauth::{OAuthClient, Refusal};
use crate::globus::GROUPS_RESOURCE_SERVER;
use crate::tokens::{Token, TokenStore, Tokens};
use crate::{Error, Kind, Result};

/// Who may be asked to log in.
#[derive(Debug)]
pub enum Grantor<L> {
    /// This login flow.
    Ask(L),
    /// Nobody, and why not, such as "there is no terminal to ask at".
    Nobody(&'static str),
}

/// What a run wants of a login.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// The scopes, as they are asked for.
    pub scopes: &'a [String],
    /// Whether a refresh token is asked for.
    pub refresh_tokens: bool,
    /// Shown on the consent page, and later in the user's list of consents.
    pub label: String,
    /// What a person types to log in, for messages.
    pub login_command: String,
}

/// Gives access tokens for Globus Groups and keeps the store up to date.
pub struct Authorizer<'a, L> {
    client: OAuthClient<'a>,
    store: TokenStore,
    wanted: Wanted<'a>,
    grantor: Grantor<L>,
}

/// What the stored tokens are good for.
enum Stored {
    /// The access token can be used.
    Fresh(Token),
    /// The access token is about to expire or has been rejected; this refresh token buys another.
    Renewable(Token, SecretString),
    /// Only a login helps.
    Unusable(Reason),
}

/// Why a login is needed.
#[derive(Debug)]
enum Reason {
    NoTokens,
    MissingScopes(Vec<String>),
    NotRenewable,
    Rejected,
    Refused(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTokens => f.write_str("no tokens are stored"),
            Self::MissingScopes(scopes) => {
                write!(f, "the stored tokens lack the scope {}", scopes.join(" and "))
            }
            Self::NotRenewable => {
                f.write_str("the stored access token has expired and there is no refresh token")
            }
            Self::Rejected => {
                f.write_str("the stored access token was not accepted and there is no refresh token")
            }
            Self::Refused(words) => write!(f, "the stored refresh token was not accepted ({words})"),
        }
    }
}

impl<'a, L: Login> Authorizer<'a, L> {
    /// An authorizer over this store. Nothing is read or asked yet.
    #[must_use]
    pub fn new(client: OAuthClient<'a>, store: TokenStore, wanted: Wanted<'a>, grantor: Grantor<L>) -> Self {
        Self { client, store, wanted, grantor }
    }

    /// An access token for Globus Groups that is good for at least a minute. Exit code 3 when somebody has
    /// to log in and nobody is there.
    pub async fn access_token(&mut self) -> Result<SecretString> {
        match self.stored(None)? {
            Stored::Fresh(token) => Ok(token.access_token),
            Stored::Renewable(..) => self.renew(None).await,
            Stored::Unusable(reason) => self.log_in(reason).await,
        }
    }

    /// Another access token, in the place of one that the service did not accept.
    pub async fn replace(&mut self, rejected: &SecretString) -> Result<SecretString> {
        tracing::debug!("the access token was not accepted");
        self.renew(Some(rejected)).await
    }

    async fn renew(&mut self, rejected: Option<&SecretString>) -> Result<SecretString> {
        let lock = self.store.lock().await?;
        // Another run may have been here while this one waited.
        let (token, refresh_token) = match self.stored(rejected)? {
            Stored::Fresh(token) => {
                tracing::debug!("another run has renewed the access token");
                return Ok(token.access_token);
            }
            Stored::Renewable(token, refresh_token) => (token, refresh_token),
            Stored::Unusable(reason) => {
                drop(lock);
                return self.log_in(reason).await;
            }
        };
        match self.client.refresh(&token, &refresh_token).await {
            Ok(tokens) => {
                tracing::debug!("the access token has been renewed");
                self.store.save(&tokens)?;
                self.granted(&tokens)
            }
            Err(Refusal::Other(error)) => Err(error),
            Err(Refusal::InvalidGrant(words)) => {
                // A program that takes no lock, such as one on the Python SDK, may have been faster.
                if let Stored::Fresh(other) = self.stored(Some(&token.access_token))? {
                    return Ok(other.access_token);
                }
                drop(lock);
                self.log_in(Reason::Refused(words)).await
            }
        }
    }

    /// The lock is not held while a person types: that can take minutes, and other runs may still have a
    /// token that works.
    async fn log_in(&mut self, reason: Reason) -> Result<SecretString> {
        let login = match &self.grantor {
            Grantor::Ask(login) => login,
            Grantor::Nobody(why) => {
                return Err(Error::new(Kind::LoginNeeded, "a login is needed")
                    .because(format!("{reason}, and {why}"))
                    .help(format!("log in once at a terminal with `{}`", self.wanted.login_command)));
            }
        };
        if !matches!(reason, Reason::NoTokens) {
            tracing::info!("a new login is needed: {reason}");
        }
        let tokens = login.log_in(&self.client, &self.wanted).await?;
        let _lock = self.store.lock().await?;
        self.store.save(&tokens)?;
        self.granted(&tokens)
    }

    fn stored(&self, rejected: Option<&SecretString>) -> Result<Stored> {
        let mut tokens = self.store.load()?;
        let missing = missing_scopes(self.wanted.scopes, &tokens);
        let Some(token) = tokens.remove(GROUPS_RESOURCE_SERVER) else {
            return Ok(Stored::Unusable(Reason::NoTokens));
        };
        if !missing.is_empty() {
            return Ok(Stored::Unusable(Reason::MissingScopes(missing)));
        }
        let rejected =
            rejected.is_some_and(|rejected| rejected.expose_secret() == token.access_token.expose_secret());
        if token.is_fresh() && !rejected {
            return Ok(Stored::Fresh(token));
        }
        Ok(match token.refresh_token.clone() {
            Some(refresh_token) => Stored::Renewable(token, refresh_token),
            None if rejected => Stored::Unusable(Reason::Rejected),
            None => Stored::Unusable(Reason::NotRenewable),
        })
    }

    /// The token for Groups out of a new grant.
    fn granted(&self, tokens: &Tokens) -> Result<SecretString> {
        match tokens.get(GROUPS_RESOURCE_SERVER) {
            Some(token) => Ok(token.access_token.clone()),
            None => Err(Error::usage("the login gave no token for Globus Groups")
                .because(format!("the profile's scopes are {}", self.wanted.scopes.join(" ")))
                .help("add a scope of groups.api.globus.org to `scopes` in the profile")),
        }
    }
}

/// The profile's scopes that no stored token has. A dependency in brackets shows up in no token, so only
/// what stands before the bracket counts.
fn missing_scopes(wanted: &[String], tokens: &Tokens) -> Vec<String> {
    let held: BTreeSet<&str> = tokens.values().flat_map(|token| token.scope.split(' ')).collect();
    wanted
        .iter()
        .filter_map(|scope| scope.split('[').next())
        .filter(|root| !held.contains(root))
        .map(str::to_owned)
        .collect()
}
