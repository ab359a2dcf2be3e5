//! An access token without a person.
//!
//! The order, so that two runs refresh once and no token is lost: lock, re-read, decide, reserve, exchange, store, unlock.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::Authorizer;
use crate::globus::auth::login_reason::LoginReason;
use crate::globus::auth::pending_tokens::PendingTokens;
use crate::globus::auth::requested_scopes::RequestedScopes;
use crate::globus::auth::token_cache::lost_scopes;
use crate::globus::auth::token_response::{Refreshed, TokenEndpointError};
use crate::globus::auth::token_state::{TokenState, person_in};
use crate::globus::scope::Scope;
use crate::globus::service::TokenKey;
use crate::globus::tokens::Tokens;
use crate::terminal::signals::ShutdownGuard;
use crate::{Error, Kind, Result};

/// How often, and how long in between, the store is read for a token that another program has refreshed.
const ATTEMPTS: u32 = 5;
const ATTEMPT_INTERVAL: Duration = Duration::from_millis(200);

impl Authorizer<'_> {
    /// A refreshed access token, or one for the service account itself; the inner error is why a login is needed.
    pub(super) async fn refresh(
        &mut self,
        key: &TokenKey,
        rejected: Option<&SecretString>,
    ) -> Result<Result<SecretString, LoginReason>> {
        // A password store may prompt its user. Other runs should not wait for that.
        self.client.credentials().secret().await?;
        let _lock = self.cache.lock().await?;
        // Another run may have refreshed the token while this one waited.
        let (token, refresh_token) = match self.token_state(key, rejected)? {
            TokenState::Valid(token) => {
                log::debug!("another run has refreshed the access token");
                return Ok(Ok(token.access_token));
            }
            TokenState::Refreshable(token, refresh_token) => (token, refresh_token),
            TokenState::LoginRequired(_) if self.requirements.flow.is_client_credentials() => {
                let tokens = self.client_credentials(key, self.requirements.scopes.to_vec()).await?;
                return self.granted(&tokens, key).map(Ok);
            }
            TokenState::LoginRequired(reason) => return Ok(Err(reason)),
        };
        // The response may hold the only valid refresh token, so nothing is sent that could not be stored.
        let guard = ShutdownGuard::acquire();
        if let Err(why) = self.cache.reserve() {
            if rejected.is_none() && token.is_sendable() && !token.has_expired() {
                log::warn!("the access token is about to expire, and was not refreshed: {}", why.summary());
                return Ok(Ok(token.access_token));
            }
            return Err(not_refreshed(&why));
        }
        let response = self.client.refresh(&token, &refresh_token, &guard).await;
        if response.is_err() {
            // Another program may have to store what it has refreshed.
            self.cache.release();
        }
        match response {
            Ok(Refreshed { mut tokens, access_token }) => {
                if access_token.is_ok() {
                    self.refreshes += 1;
                    log::debug!("the access token has been refreshed");
                }
                let before = Tokens::from([(token.resource_server.clone(), token.clone())]);
                let lost = lost_scopes(&before, &tokens);
                if !lost.is_empty() {
                    log::warn!(
                        "the refreshed token no longer has {}; a profile that needs that has to log in again",
                        lost.join(" and ")
                    );
                }
                self.keep_refresh_tokens(&mut tokens);
                // First of all: the new refresh token may be the only valid one, whatever else the response says.
                if has_other_refresh_token(&tokens, &refresh_token) {
                    self.cache.hold(PendingTokens::refreshed(tokens, token, guard));
                    self.flush_under_lock();
                } else if access_token.is_ok() {
                    self.save(&tokens);
                }
                self.cache.release();
                access_token.map(Ok)
            }
            Err(TokenEndpointError::Other(error)) => Err(error),
            Err(TokenEndpointError::InvalidGrant(reason)) => {
                // A program that takes no lock, such as one on the Python SDK, may have been faster. It stores its
                // tokens a moment after the response.
                for _ in 0..ATTEMPTS {
                    if let TokenState::Valid(other) = self.token_state(key, Some(&token.access_token))? {
                        return Ok(Ok(other.access_token));
                    }
                    tokio::time::sleep(ATTEMPT_INTERVAL).await;
                }
                Ok(Err(LoginReason::RefreshRejected(reason)))
            }
        }
    }

    /// Leaves out tokens without a refresh token that would replace one with it.
    fn keep_refresh_tokens(&self, tokens: &mut Tokens) {
        let Ok(stored) = self.cache.load() else { return };
        let has_one = |server: &String| stored.get(server).is_some_and(|token| token.refresh_token.is_some());
        tokens.retain(|server, token| token.refresh_token.is_some() || !has_one(server));
    }

    /// Tokens for the client itself. Call it with the lock held.
    pub(super) async fn client_credentials(&mut self, key: &TokenKey, scopes: Vec<Scope>) -> Result<Tokens> {
        let stored = self.cache.load()?;
        if let Some(person) = person_in(&stored, key, &self.requirements) {
            let what = "a person's login is stored where this service account keeps its tokens";
            return Err(Error::usage(what)
                .because(person)
                .help("give the profile a `storage` or an `auth.namespace` of its own"));
        }
        let own = stored.values().filter(|token| {
            let is_person = token.refresh_token.is_some()
                || token.identity_id.as_ref().is_some_and(|id| !id.eq_ignore_ascii_case(self.client.id()));
            !is_person && self.client.is_for(token)
        });
        let requested = RequestedScopes::new(scopes, own.map(|token| token.scope.as_str()));
        let granted = match (self.client.client_credentials(&requested).await, requested.kept()) {
            // One stored scope that is no longer valid must not end the service account's access.
            (Err(TokenEndpointError::Other(error)), Some(kept)) if error.kind == Kind::Failed => {
                log::debug!("refused with the stored scopes {kept}: {}", error.summary());
                let again = self.client.client_credentials(&requested.without_kept()).await;
                if again.is_ok() {
                    log::warn!(
                        "Globus Auth refused a stored scope ({kept}); the new token has only the profile's scopes"
                    );
                }
                again
            }
            (granted, _) => granted,
        };
        match granted {
            Ok(tokens) => {
                self.has_new_grant = true;
                self.refreshes += 1;
                self.save(&tokens);
                Ok(tokens)
            }
            Err(TokenEndpointError::Other(error)) => Err(error),
            Err(TokenEndpointError::InvalidGrant(reason)) => {
                Err(Error::failed("Globus Auth granted the service account no token").because(reason))
            }
        }
    }
}

/// The error of a refresh that is not tried, because its response could not be stored.
fn not_refreshed(why: &Error) -> Error {
    let help = match why.kind {
        Kind::Locked => "find the program that keeps it open with `fuser` on that file, then run it again",
        _ => {
            "free space or make the file and its folder writable, then run it again: the stored login is as it was"
        }
    };
    Error::new(why.kind, "the access token was not refreshed, because the new one could not be stored")
        .because(why.summary())
        .help(help)
}

/// Whether one of these refresh tokens is new: it can't be requested again, and may have ended the old one.
fn has_other_refresh_token(tokens: &Tokens, old: &SecretString) -> bool {
    let mut new = tokens.values().filter_map(|token| token.refresh_token.as_ref());
    new.any(|new| new.expose_secret() != old.expose_secret())
}
