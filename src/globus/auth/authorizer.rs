//! A usable access token for the run: the stored one, a renewed one, or one from a new login.
//!
//! The order, so that two runs renew once: lock, re-read, decide, exchange, store, unlock.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::authorization_parameters::AuthorizationParameters;
use super::id_token::Identity;
use super::login_attempt::{LoggedIn, LoginAttempt, other_identity};
use super::login_flow::GrantFlow;
use super::oauth::{AuthorizationRequest, OAuthClient};
use super::token_cache::{Flushed, PendingTokens, TokenCache};
use super::token_response::TokenEndpointError;
use super::token_state::{
    LoginReason, TokenRequirements, TokenState, check_issuer, evaluate, is_sandbox, person_in,
};
use crate::globus::scope::{self, Scope};
use crate::globus::service::Service;
use crate::globus::tokens::{TokenStore, Tokens, now};
use crate::terminal::signals;
use crate::{Error, Kind, Result};

/// How often, and how long in between, the store is looked at for what another program has renewed.
const LOOKS: u32 = 5;
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// The resource server whose token shows consents.
const AUTH_RESOURCE_SERVER: &str = "auth.globus.org";

/// What an authorizer says to people.
#[derive(Debug, Clone)]
pub(crate) struct LoginHints {
    /// Shown on the consent page, and later in the user's list of consents.
    pub label: String,
    /// What a person types to log in.
    pub login_command: String,
}

/// Gives access tokens, one for each resource server, and keeps the store up to date.
pub(crate) struct Authorizer<'a> {
    client: OAuthClient<'a>,
    cache: TokenCache,
    requirements: TokenRequirements<'a>,
    hints: LoginHints,
}

impl<'a> Authorizer<'a> {
    /// An authorizer over this store. Nothing is read or asked yet.
    pub(crate) fn new(
        client: OAuthClient<'a>,
        store: TokenStore,
        requirements: TokenRequirements<'a>,
        hints: LoginHints,
    ) -> Self {
        Self { client, cache: TokenCache::new(store), requirements, hints }
    }

    /// An access token for this resource server that is valid for at least a minute. Exit code 3 when a login is
    /// needed and there is no terminal.
    pub(crate) async fn access_token(&mut self, resource_server: &str) -> Result<SecretString> {
        let token = self.token_for(resource_server, None).await?;
        match self.missing_consents().await? {
            missing if missing.is_empty() => Ok(token),
            missing => self.log_in(resource_server, LoginReason::MissingConsents(missing)).await,
        }
    }

    /// Replaces an access token that the service rejected.
    pub(crate) async fn replace(
        &mut self,
        resource_server: &str,
        rejected: &SecretString,
    ) -> Result<SecretString> {
        tracing::debug!("the access token was not accepted");
        self.token_for(resource_server, Some(rejected)).await
    }

    /// An access token from a login as the service requires it.
    pub(crate) async fn satisfy(
        &mut self,
        service: &Service,
        parameters: AuthorizationParameters,
    ) -> Result<SecretString> {
        let reason = LoginReason::Required(service.name.clone(), Box::new(parameters));
        self.log_in(&service.resource_server, reason).await
    }

    /// An access token from a new login, when the service rejects even new tokens of the stored one.
    pub(crate) async fn log_in_again(&mut self, service: &Service) -> Result<SecretString> {
        self.log_in(&service.resource_server, LoginReason::LoginRejected(service.name.clone())).await
    }

    /// A new login, whatever is stored: who it is for, where that is known. With `force` it may be somebody
    /// else's, and takes the place of the one that is stored, whose tokens are taken back. It has to bring a token
    /// for this resource server.
    pub(crate) async fn log_in_on_request(
        &mut self,
        resource_server: &str,
        parameters: AuthorizationParameters,
        force: bool,
    ) -> Result<Option<Identity>> {
        let reason = LoginReason::UserRequested(Box::new(parameters));
        let tokens = self.grant(resource_server, &reason, force).await?;
        self.granted(&tokens, resource_server)?;
        self.flush_or_fail().await?;
        Ok(Identity::of(&tokens))
    }

    /// Who the tokens of the run are for, where they tell it. To be asked when the run has its token.
    pub(crate) fn identity(&self) -> Option<Identity> {
        // A store that fails now has given the token before: that it can't be read is no reason to stop.
        Identity::of(&self.cache.load().ok()?)
    }

    /// Whether the store has kept what the run got. To be asked when the run has delivered.
    pub(crate) async fn finish(mut self) -> Result<()> {
        self.flush_or_fail().await
    }

    async fn token_for(&mut self, server: &str, rejected: Option<&SecretString>) -> Result<SecretString> {
        let renewed = match self.token_state(server, rejected)? {
            TokenState::Valid(token) => return Ok(token.access_token),
            TokenState::Refreshable(..) => self.refresh(server, rejected).await?,
            TokenState::LoginRequired(_) if self.requirements.flow.is_client_credentials() => {
                self.refresh(server, rejected).await?
            }
            TokenState::LoginRequired(reason) => Err(reason),
        };
        match renewed {
            Ok(token) => Ok(token),
            Err(reason) => self.log_in(server, reason).await,
        }
    }

    fn token_state(&self, server: &str, rejected: Option<&SecretString>) -> Result<TokenState> {
        let tokens = self.cache.load()?;
        for token in tokens.values() {
            let left = token.expires_at_seconds.saturating_sub(now());
            tracing::trace!("stored for {}: {}, {left} seconds left", token.resource_server, token.scope);
        }
        Ok(evaluate(&tokens, server, &self.requirements, rejected))
    }

    /// Another access token without a person, or why one is needed.
    async fn refresh(
        &mut self,
        server: &str,
        rejected: Option<&SecretString>,
    ) -> Result<Result<SecretString, LoginReason>> {
        // A password store may ask its user something: nobody else should wait for that.
        self.client.credentials().secret().await?;
        let _lock = self.cache.lock().await?;
        // Another run may have been here while this one waited.
        let (token, refresh_token) = match self.token_state(server, rejected)? {
            TokenState::Valid(token) => {
                tracing::debug!("another run has renewed the access token");
                return Ok(Ok(token.access_token));
            }
            TokenState::Refreshable(token, refresh_token) => (token, refresh_token),
            TokenState::LoginRequired(_) if self.requirements.flow.is_client_credentials() => {
                let tokens = self.grant_to_client(server, self.requirements.scopes).await?;
                return self.granted(&tokens, server).map(Ok);
            }
            TokenState::LoginRequired(reason) => return Ok(Err(reason)),
        };
        // Once it is sent, only the answer may hold the refresh token that is good from now on.
        let held = signals::hold_off();
        match self.client.refresh(&token, &refresh_token).await {
            Ok(tokens) => {
                tracing::debug!("the access token has been renewed");
                if is_rotated(&tokens, server, &refresh_token) {
                    self.cache.hold(PendingTokens::refreshed(tokens.clone(), token, held));
                    self.flush_under_lock();
                } else {
                    self.save(&tokens);
                }
                self.granted(&tokens, server).map(Ok)
            }
            Err(TokenEndpointError::Other(error)) => Err(error),
            Err(TokenEndpointError::InvalidGrant(words)) => {
                // A program that takes no lock, such as one on the Python SDK, may have been faster. It stores
                // what it got a moment after its answer.
                for _ in 0..LOOKS {
                    if let TokenState::Valid(other) = self.token_state(server, Some(&token.access_token))? {
                        return Ok(Ok(other.access_token));
                    }
                    tokio::time::sleep(BETWEEN_LOOKS).await;
                }
                Ok(Err(LoginReason::RefreshRejected(words)))
            }
        }
    }

    /// An access token from a new grant.
    async fn log_in(&mut self, server: &str, reason: LoginReason) -> Result<SecretString> {
        let tokens = self.grant(server, &reason, false).await?;
        self.granted(&tokens, server)
    }

    async fn grant(&mut self, server: &str, reason: &LoginReason, force: bool) -> Result<Tokens> {
        let none = AuthorizationParameters::default();
        let parameters = reason.parameters().unwrap_or(&none);
        // With scopes of its own a login would replace tokens by ones that allow less.
        let mut scopes = self.requirements.scopes.to_vec();
        scope::merge(&mut scopes, parameters.scopes());
        let (flow, refresh_tokens) = match &self.requirements.flow {
            GrantFlow::Login { flow, refresh_tokens } => (flow, *refresh_tokens),
            GrantFlow::NonInteractive { why, .. } => return Err(self.login_needed(reason, why)),
            GrantFlow::ClientCredentials if *parameters == none || parameters.is_consent_only() => {
                self.client.credentials().secret().await?;
                let _lock = self.cache.lock().await?;
                return self.grant_to_client(server, &scopes).await;
            }
            GrantFlow::ClientCredentials => {
                let what = match reason {
                    LoginReason::Required(service, _) => format!("{service} requires a user session"),
                    _ => "such a login is for a person".to_owned(),
                };
                return Err(Error::failed(format!("{what}; a service account cannot have one"))
                    .because(parameters.explain())
                    .help("let a person run this profile, or have the policy of the group changed"));
            }
        };
        // Whether the new tokens can be kept is found out before anybody is asked.
        drop(self.cache.lock().await?);
        let before = self.before(force)?;
        let request =
            AuthorizationRequest { scopes: &scopes, refresh_tokens, label: &self.hints.label, parameters };
        let why = match reason {
            LoginReason::NoTokens | LoginReason::UserRequested(_) => None,
            reason => Some(reason.to_string()),
        };
        let attempt = LoginAttempt::new(&self.client, request, before, why, self.login_command(parameters));
        // The lock is not held while a person types: that can take minutes, and other runs may still have a
        // token that works.
        let LoggedIn { tokens, identity, uninterrupted } = flow.log_in(&attempt).await?;
        let is_news = flow.is_interactive();
        self.cache.hold(PendingTokens::login(tokens.clone(), identity.clone(), force, uninterrupted));
        if let Err(error) = self.flush().await {
            // What keeps the store from taking the tokens does not take them from this run.
            if self.cache.is_flushed() {
                return Err(error);
            }
            tracing::debug!("the new tokens could not be stored yet: {}", error.summary());
        } else if is_news {
            let whom = identity.map(|identity| format!(" as {identity}")).unwrap_or_default();
            let file = self.cache.store().file();
            let place = file.map(|file| format!("; the tokens are in `{}`", file.display()));
            tracing::info!("logged in{whom}{}", place.unwrap_or_default());
        }
        Ok(tokens)
    }

    /// What is stored so far, of which a new login has to be by the same person; nothing if it need not be. The
    /// login at another Globus is not for a profile to replace: the variables of a sandbox can be set by
    /// mistake.
    fn before(&self, force: bool) -> Result<Tokens> {
        let mut before = self.cache.load()?;
        if force {
            return Ok(Tokens::new());
        }
        if let Some(error) = check_issuer(&before, self.requirements.auth_url) {
            return Err(error.help(self.issuer_help()));
        }
        // The identities of another Globus Auth say nothing here, and the client itself is nobody to log in as.
        before.retain(|_, token| {
            let is_client = token.identity_id.as_deref() == Some(self.requirements.client_id);
            let is_from_here = token.auth_url.as_ref().is_none_or(|url| url == self.requirements.auth_url);
            is_from_here && !is_client
        });
        Ok(before)
    }

    fn issuer_help(&self) -> String {
        format!(
            "check the profile's `[environment]` and the variables GLOBUS_SDK_*; give this one another `storage`, \
             or replace the login with `{} --force`",
            self.hints.login_command
        )
    }

    async fn revoke(&self, tokens: &Tokens, otherwise: &str) {
        if let Err(error) = self.client.revoke_all(tokens).await {
            tracing::warn!("{otherwise}: {}", error.summary());
        }
    }

    /// Tokens for the client itself. Call it with the lock held.
    async fn grant_to_client(&mut self, server: &str, scopes: &[Scope]) -> Result<Tokens> {
        if let Some(person) = person_in(&self.cache.load()?, server, &self.requirements) {
            let what = "a person's login is stored where this service account keeps its tokens";
            return Err(Error::usage(what)
                .because(person)
                .help("give the profile a `storage` or an `auth.namespace` of its own"));
        }
        match self.client.client_credentials(scopes).await {
            Ok(tokens) => {
                self.save(&tokens);
                Ok(tokens)
            }
            Err(TokenEndpointError::Other(error)) => Err(error),
            Err(TokenEndpointError::InvalidGrant(words)) => {
                Err(Error::failed("Globus Auth gives the service account no token").because(words))
            }
        }
    }

    /// Those of the profile's scopes that lack a consent below them. Where that can't be found out, it is left
    /// to the service that gets the token.
    async fn missing_consents(&mut self) -> Result<Vec<Scope>> {
        let with_dependencies: Vec<Scope> =
            self.requirements.scopes.iter().filter(|scope| scope.has_dependencies()).cloned().collect();
        if with_dependencies.is_empty() || self.requirements.flow.is_client_credentials() {
            return Ok(Vec::new());
        }
        let Some(identity) = self.identity() else { return Ok(Vec::new()) };
        let stored = self.token_state(AUTH_RESOURCE_SERVER, None);
        let token = match stored.unwrap_or(TokenState::LoginRequired(LoginReason::NoTokens)) {
            TokenState::Valid(token) => Ok(token.access_token),
            TokenState::Refreshable(..) => match self.refresh(AUTH_RESOURCE_SERVER, None).await {
                Ok(token) => token,
                Err(error) => {
                    tracing::warn!("the consents could not be checked: {}", error.summary());
                    return Ok(Vec::new());
                }
            },
            TokenState::LoginRequired(reason) => Err(reason),
        };
        let Ok(token) = token else { return Ok(Vec::new()) };
        let missing = self.client.missing_consents(&with_dependencies, &identity.id, &token).await;
        Ok(missing
            .unwrap_or_else(|error| {
                tracing::warn!("the consents could not be checked: {}", error.summary());
                None
            })
            .unwrap_or_default())
    }

    /// Stores tokens that can be had again, or goes on without.
    fn save(&mut self, tokens: &Tokens) {
        if let Err(why) = self.cache.save(tokens) {
            tracing::warn!(
                "{}; this run goes on, and the next one has to renew the token again",
                why.summary()
            );
        }
    }

    /// Stores what can't be had again, with the lock held. If it can't be done now there will be another try.
    fn flush_under_lock(&mut self) {
        if let Err(why) = self.cache.flush() {
            tracing::debug!("the renewed token could not be stored yet: {}", why.summary());
        }
    }

    /// Stores what can't be had again. The lock is free while tokens are taken back: others may wait for it.
    async fn flush(&mut self) -> Result<()> {
        if self.cache.is_flushed() {
            return Ok(());
        }
        let lock = self.cache.lock().await?;
        let flushed = self.cache.flush()?;
        drop(lock);
        match flushed {
            Flushed::Stored { mut replaced } => {
                // What is stored for another client can be revoked by that one only.
                replaced.retain(|_, token| self.client.is_for(token));
                self.revoke(&replaced, "the old login is replaced, but its tokens could not be taken back")
                    .await;
                Ok(())
            }
            Flushed::OtherIdentity { known, new, tokens } => {
                self.revoke(&tokens, "the new tokens are not stored, but could not be taken back").await;
                Err(other_identity(&known, &new, &self.hints.login_command))
            }
        }
    }

    /// Stores what can't be had again, or says that it is lost. The disk or the database may have been busy only.
    async fn flush_or_fail(&mut self) -> Result<()> {
        let Err(why) = self.flush().await else { return Ok(()) };
        let Some(pending) = self.cache.give_up() else { return Err(why) };
        if pending.is_login() {
            self.revoke(&pending.tokens, "they could not be taken back either").await;
        }
        Err(pending.lost(&why, &self.hints.login_command))
    }

    /// The access token for this resource server out of a new grant.
    fn granted(&self, tokens: &Tokens, server: &str) -> Result<SecretString> {
        tokens.get(server).map(|token| token.access_token.clone()).ok_or_else(|| {
            Error::usage(format!("Globus Auth gave no token for {server}"))
                .because(format!("the profile's scopes are {}", scope::join(self.requirements.scopes)))
                .help(format!("add a scope of {server} to `scopes` in the profile"))
        })
    }

    fn login_needed(&self, reason: &LoginReason, why: &str) -> Error {
        let none = AuthorizationParameters::default();
        let command = self.login_command(reason.parameters().unwrap_or(&none));
        if let LoginReason::UserRequested(_) = reason {
            return Error::new(Kind::LoginNeeded, "nobody can log in here")
                .because(why)
                .help(format!("use `{command}` at a terminal"));
        }
        let place = match (reason, self.cache.store().file()) {
            (LoginReason::NoTokens, Some(file)) => format!(" in `{}`", file.display()),
            _ => String::new(),
        };
        let error =
            Error::new(Kind::LoginNeeded, "a login is needed").because(format!("{reason}{place}, and {why}"));
        match self.cache.store().file() {
            _ if matches!(reason, LoginReason::OtherIssuer(url) if !is_sandbox(url)) => {
                error.help(self.issuer_help())
            }
            Some(_) => error.help(format!("log in once at a terminal with `{command}`")),
            None => error.help("run it at a terminal, or name a file in `storage` to log in once"),
        }
    }

    /// What a person types for a login that is like this.
    fn login_command(&self, parameters: &AuthorizationParameters) -> String {
        let command = &self.hints.login_command;
        if *parameters == AuthorizationParameters::default() {
            return command.clone();
        }
        format!("{command} --requirements '{}'", parameters.to_json())
    }
}

/// Whether the old refresh token has been replaced: then it is worth nothing any more.
fn is_rotated(tokens: &Tokens, server: &str, old: &SecretString) -> bool {
    let new = tokens.get(server).and_then(|token| token.refresh_token.as_ref());
    new.is_some_and(|new| new.expose_secret() != old.expose_secret())
}
