//! A usable access token: the stored one, a refreshed one, or one from a new login.

use secrecy::SecretString;

use super::{AccessToken, Authorizer};
use crate::Result;
use crate::globus::auth::audience::check_token;
use crate::globus::auth::authorization_parameters::AuthorizationParameters;
use crate::globus::auth::identity::Identity;
use crate::globus::auth::login_reason::LoginReason;
use crate::globus::auth::token_state::{TokenState, evaluate};
use crate::globus::scope::Scope;
use crate::globus::service::{Service, TokenKey};
use crate::globus::service_name::ServiceName;

/// The service whose token shows consents.
const AUTH: TokenKey = ServiceName::Auth.token();

impl Authorizer<'_> {
    /// An access token for this service that is valid and not about to expire. Exit code 3 when a login is
    /// needed and there is no terminal.
    pub async fn access_token(&mut self, service: &Service) -> Result<AccessToken> {
        let token = self.token_for(service, None).await?;
        if std::mem::replace(&mut self.has_checked_consents, true) {
            return Ok(token);
        }
        match self.missing_consents(token.identity.as_ref()).await? {
            missing if missing.is_empty() => Ok(token),
            missing => self.log_in_for(service, LoginReason::MissingConsents(missing)).await,
        }
    }

    /// Replaces an access token that the service rejected.
    pub async fn replace(&mut self, service: &Service, rejected: &SecretString) -> Result<AccessToken> {
        log::debug!("the access token was rejected");
        self.token_for(service, Some(rejected)).await
    }

    /// An access token from a login as the service requires it.
    pub async fn satisfy(
        &mut self,
        service: &Service,
        parameters: AuthorizationParameters,
    ) -> Result<AccessToken> {
        let reason = LoginReason::Required(service.name.to_string(), Box::new(parameters));
        self.log_in_for(service, reason).await
    }

    /// An access token from a new login, when the service rejects even refreshed tokens of the stored login.
    pub async fn log_in_again(&mut self, service: &Service) -> Result<AccessToken> {
        self.log_in_for(service, LoginReason::LoginRejected(service.name.to_string())).await
    }

    /// A new login, whatever is stored. It must include a token with each of these keys. Returns its identity, if that is
    /// known. With `force` any identity may log in: the stored login is replaced, and its tokens are revoked.
    pub async fn log_in_on_request(
        &mut self,
        keys: &[TokenKey],
        parameters: AuthorizationParameters,
        force: bool,
    ) -> Result<Option<Identity>> {
        let reason = LoginReason::UserRequested(Box::new(parameters));
        let Some(first) = keys.first() else { return Ok(None) };
        let tokens = self.grant(first, &reason, force).await?;
        for key in keys {
            self.granted(&tokens, key)?;
        }
        self.flush_or_fail().await?;
        Ok(Identity::of(&tokens))
    }

    async fn token_for(&mut self, service: &Service, rejected: Option<&SecretString>) -> Result<AccessToken> {
        let key = &service.token;
        let stored = self.stored()?;
        let state = evaluate(&stored, key, &self.requirements, rejected);
        state.check_audience(self.requirements.auth_url, &service.base_url)?;
        let refreshed = match state {
            TokenState::Valid(token) => {
                return Ok(AccessToken { token: token.access_token, identity: Identity::of(&stored) });
            }
            TokenState::Refreshable(..) => self.refresh(key, rejected).await?,
            TokenState::LoginRequired(_) if self.requirements.flow.is_client_credentials() => {
                self.refresh(key, rejected).await?
            }
            TokenState::LoginRequired(reason) => Err(reason),
        };
        match refreshed {
            Ok(token) => Ok(self.with_identity(token)),
            Err(reason) => self.log_in_for(service, reason).await,
        }
    }

    async fn log_in_for(&mut self, service: &Service, reason: LoginReason) -> Result<AccessToken> {
        let token = self.log_in(service, reason).await?;
        Ok(self.with_identity(token))
    }

    /// The profile's scopes whose dependencies lack a consent. If that can't be found out, the service decides.
    async fn missing_consents(&mut self, identity: Option<&Identity>) -> Result<Vec<Scope>> {
        let with_dependencies: Vec<Scope> =
            self.requirements.scopes.iter().filter(|scope| scope.has_dependencies()).cloned().collect();
        if with_dependencies.is_empty() || self.requirements.flow.is_client_credentials() {
            return Ok(Vec::new());
        }
        let Some(identity) = identity else { return Ok(Vec::new()) };
        let state = self.token_state(&AUTH, None);
        let token = match state.unwrap_or(TokenState::LoginRequired(LoginReason::NoTokens)) {
            TokenState::Valid(token) => {
                check_token(token.auth_url.as_deref(), &self.client.auth)?;
                Ok(token.access_token)
            }
            TokenState::Refreshable(..) => match self.refresh(&AUTH, None).await {
                Ok(token) => token,
                Err(error) => {
                    log::warn!("the consents could not be checked: {}", error.summary());
                    return Ok(Vec::new());
                }
            },
            TokenState::LoginRequired(reason) => Err(reason),
        };
        let Ok(token) = token else { return Ok(Vec::new()) };
        let missing = self.client.missing_consents(&with_dependencies, &identity.id, &token).await;
        Ok(missing
            .unwrap_or_else(|error| {
                log::warn!("the consents could not be checked: {}", error.summary());
                None
            })
            .unwrap_or_default())
    }
}
