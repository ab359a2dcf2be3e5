//! The authorizer: the client, the tokens in use and their requirements.
//!
//! This file keeps them together and stores what is granted. `access_token` chooses a token, `refresh` refreshes it,
//! and `log_in` gets it by a new login.

mod access_token;
mod log_in;
mod refresh;

use secrecy::SecretString;

use super::grant_flow::GrantFlow;
use super::identity::Identity;
use super::login_attempt::other_identity;
use super::oauth_client::OAuthClient;
use super::token_cache::{Flushed, TokenCache};
use super::token_state::{TokenRequirements, TokenState, evaluate};
use crate::globus::scope;
use crate::globus::service::TokenKey;
use crate::globus::tokens::{TokenStore, Tokens, now, token_with};
use crate::{Error, Result};

/// The texts that an authorizer shows to people.
#[derive(Debug, Clone)]
pub struct LoginHints {
    /// Shown on the consent page, and later in the user's list of consents.
    pub label: String,
    pub login_command: String,
}

/// An access token of a service.
#[derive(Debug)]
pub struct AccessToken {
    pub token: SecretString,
    /// The identity of the tokens in use, if they name one.
    pub identity: Option<Identity>,
}

/// Gives access tokens, one for each resource server, and keeps the store up to date.
pub struct Authorizer<'a> {
    client: OAuthClient<'a>,
    cache: TokenCache,
    requirements: TokenRequirements<'a>,
    hints: LoginHints,
    before_login: Option<&'a dyn Fn() -> Result<()>>,
    /// Whether the consents below the scopes have been looked up. Once for a run is enough.
    has_checked_consents: bool,
    /// Whether tokens came from a new login or the credentials of a service account.
    has_new_grant: bool,
    logins: u32,
    refreshes: u32,
}

impl<'a> Authorizer<'a> {
    /// An authorizer over this store. It reads and sends nothing yet.
    pub fn new(
        client: OAuthClient<'a>,
        store: TokenStore,
        requirements: TokenRequirements<'a>,
        hints: LoginHints,
    ) -> Self {
        Self {
            client,
            cache: TokenCache::new(store),
            requirements,
            hints,
            before_login: None,
            has_checked_consents: false,
            has_new_grant: false,
            logins: 0,
            refreshes: 0,
        }
    }

    /// Checks this before a person has to log in. If it fails, no login is asked for.
    #[must_use]
    pub fn checking_first(self, check: &'a dyn Fn() -> Result<()>) -> Self {
        Self { before_login: Some(check), ..self }
    }

    /// The identity of the tokens in use, if they name one. Call it once the run has its token.
    pub fn identity(&self) -> Option<Identity> {
        // The store gave the token before: if it can't be read now, the run can still go on.
        Identity::of(&self.cache.load().ok()?)
    }

    /// Whether a login was needed, or a new token of a service account.
    pub fn has_new_grant(&self) -> bool {
        self.has_new_grant
    }

    /// How many logins there were: each may be of another identity than what is stored.
    pub fn logins(&self) -> u32 {
        self.logins
    }

    /// How many tokens were refreshed, or granted to the service account itself: the identity stays.
    pub fn refreshes(&self) -> u32 {
        self.refreshes
    }

    /// Fails if tokens that can't be requested again are still not stored. Call it once the run has delivered.
    pub async fn finish(mut self) -> Result<()> {
        self.flush_or_fail().await
    }

    fn token_state(&self, key: &TokenKey, rejected: Option<&SecretString>) -> Result<TokenState> {
        Ok(evaluate(&self.stored()?, key, &self.requirements, rejected))
    }

    fn stored(&self) -> Result<Tokens> {
        let tokens = self.cache.load()?;
        for token in tokens.values() {
            let left = token.expires_at_seconds.saturating_sub(now());
            log::trace!("stored for {}: {}, {left} seconds left", token.resource_server, token.scope);
        }
        Ok(tokens)
    }

    /// A token that this run, or another one, has just stored.
    fn with_identity(&self, token: SecretString) -> AccessToken {
        AccessToken { token, identity: self.identity() }
    }

    /// The access token with this key out of a new grant.
    fn granted(&self, tokens: &Tokens, key: &TokenKey) -> Result<SecretString> {
        token_with(key, tokens).map(|token| token.access_token.clone()).ok_or_else(|| {
            // The profile's scopes are always enough.
            let requested = scope::join(self.requirements.scopes);
            let again = match self.requirements.flow {
                GrantFlow::ClientCredentials => String::new(),
                _ => format!(
                    "log in again with `{} --force`; if that does not help, ",
                    self.hints.login_command
                ),
            };
            Error::usage(format!("Globus Auth granted no token for {key}"))
                .because(format!("the request was for {requested}"))
                .help(format!("{again}ask whoever registered the client whether it may have that scope"))
        })
    }

    /// Stores tokens that can be requested again; a failure is only a warning. Call it with the lock held.
    fn save(&mut self, tokens: &Tokens) {
        if let Err(why) = self.cache.save(tokens) {
            log::warn!("{}; this run goes on, and the next one refreshes the token again", why.summary());
        }
    }

    /// Stores pending tokens, with the lock held. If that fails now, it is tried again later.
    fn flush_under_lock(&mut self) {
        if let Err(why) = self.cache.flush() {
            log::debug!("the refreshed token could not be stored yet: {}", why.summary());
        }
    }

    /// Stores pending tokens. Others may wait for the lock, so it is released before tokens are revoked.
    async fn flush(&mut self) -> Result<()> {
        if self.cache.is_flushed() {
            return Ok(());
        }
        let lock = self.cache.lock().await?;
        let flushed = self.cache.flush()?;
        drop(lock);
        match flushed {
            Flushed::Stored { mut replaced } => {
                // Only the client that a token was issued to can revoke it.
                replaced.retain(|_, token| self.client.is_for(token));
                self.revoke(&replaced, "the login is replaced, but the old tokens could not be revoked")
                    .await;
                Ok(())
            }
            Flushed::OtherIdentity { known, new, tokens } => {
                self.revoke(&tokens, "the new tokens are not stored, but could not be revoked").await;
                Err(other_identity(&known, &new, &self.hints.login_command))
            }
        }
    }

    /// Stores pending tokens, or reports them lost. The first failure may have been a busy disk or database.
    async fn flush_or_fail(&mut self) -> Result<()> {
        let Err(why) = self.flush().await else { return Ok(()) };
        let Some(given_up) = self.cache.give_up() else { return Err(why) };
        let pending = &given_up.pending;
        if pending.is_login() {
            self.revoke(&pending.tokens, "the lost tokens could not be revoked").await;
        }
        Err(pending.lost(&why, &self.hints.login_command))
    }

    async fn revoke(&self, tokens: &Tokens, otherwise: &str) {
        if let Err(error) = self.client.revoke_all(tokens).await {
            log::warn!("{otherwise}: {}", error.summary());
        }
    }
}
