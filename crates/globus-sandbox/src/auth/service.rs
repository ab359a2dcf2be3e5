//! Globus Auth: what it knows and remembers.

use std::sync::{Arc, Mutex, MutexGuard};

use globus_loopback::http::HeaderMap;
use globus_loopback::http::header::AUTHORIZATION;
use url::Url;

use super::clients::Clients;
use super::consents::Consents;
use super::error::AuthError;
use super::keys::Keys;
use super::pending::PendingLogins;
use super::principal::Principal;
use super::requirements::Requirements;
use super::settings::Settings;
use super::tokens::{TokenInfo, TokenRegistry};
use crate::data::Data;
use crate::lock::lock;

#[derive(Debug)]
pub(crate) struct Auth {
    /// The base URL, ending in `/`.
    pub(super) url: Url,
    pub(crate) data: Arc<Data>,
    pub(super) keys: Keys,
    state: Mutex<State>,
}

/// What requests change.
#[derive(Debug)]
pub(super) struct State {
    pub(super) clients: Clients,
    pub(super) pending: PendingLogins,
    pub(super) tokens: TokenRegistry,
    pub(super) consents: Consents,
    pub(super) settings: Settings,
}

impl Auth {
    pub(crate) fn new(url: Url, data: Data, settings: Settings) -> Self {
        let state = State {
            clients: Clients::new(&data.clients),
            pending: PendingLogins::default(),
            tokens: TokenRegistry::default(),
            consents: Consents::default(),
            settings,
        };
        Self { url, data: Arc::new(data), keys: Keys::default(), state: Mutex::new(state) }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// The issuer of ID tokens.
    pub(super) fn issuer(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// What the bearer token of a request is for. It must be issued for this resource server and have one of
    /// these scopes, if any are named.
    pub(crate) fn authorize(
        &self,
        headers: &HeaderMap,
        resource_server: &str,
        scopes: &[&str],
    ) -> Result<TokenInfo, AuthError> {
        let token = headers
            .get(AUTHORIZATION)
            .and_then(|header| header.to_str().ok()?.strip_prefix("Bearer "))
            .ok_or_else(AuthError::unauthorized)?;
        let info = self.state().tokens.access(token).cloned().ok_or_else(AuthError::unauthorized)?;
        if info.resource_server != resource_server {
            return Err(AuthError::unauthorized());
        }
        let held = |scope: &&str| info.scope.split(' ').any(|held| held == *scope);
        if !scopes.is_empty() && !scopes.iter().any(held) {
            return Err(AuthError::forbidden(format!("The token lacks the scope {}", scopes.join(" or "))));
        }
        Ok(info)
    }

    /// Whether the login and the consents of a token meet these requirements.
    pub(crate) fn meets(&self, token: &TokenInfo, requirements: &Requirements) -> bool {
        requirements.are_met(token, &self.state().consents)
    }

    /// The principal of a token; `None` if its client was deleted.
    pub(crate) fn principal(&self, token: &TokenInfo) -> Option<Principal> {
        self.state().principal(&self.data, &token.grant.identity)
    }

    pub(crate) fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.state().settings);
    }

    pub(crate) fn expire_access_tokens(&self) {
        self.state().tokens.expire_access_tokens();
    }

    pub(crate) fn revoke_consents(&self) {
        self.state().consents.clear();
    }

    /// Revokes every token, code and consent.
    pub(crate) fn revoke_all(&self) {
        let mut state = self.state();
        state.tokens.revoke_all();
        state.consents.clear();
    }
}

impl State {
    /// The principal with this identity, linked or not.
    pub(super) fn principal(&self, data: &Data, identity: &str) -> Option<Principal> {
        let client = || self.clients.get(identity).and_then(Principal::of_client);
        data.user_of(identity).map(Principal::from).or_else(client)
    }

    /// Deletes a client and revokes all it was granted.
    pub(super) fn delete_client(&mut self, id: &str) {
        self.clients.remove(id);
        self.tokens.revoke_client(id);
        self.consents.revoke_client(id);
    }
}
