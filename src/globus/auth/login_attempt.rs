//! One login, from the request to checked tokens.

use super::authorization::{Authorization, AuthorizationRequest};
use super::identity::Identity;
use super::oauth_client::OAuthClient;
use super::token_response::{TokenEndpointError, TokenResponse};
use crate::globus::tokens::Tokens;
use crate::terminal::signals::ShutdownGuard;
use crate::{Error, Kind, Result};

/// A login that waits for approval.
pub struct LoginAttempt<'a> {
    client: &'a OAuthClient<'a>,
    request: AuthorizationRequest<'a>,
    /// Stored tokens whose identity the login must match.
    stored: Tokens,
    why: Option<String>,
    login_command: String,
}

#[derive(Debug)]
pub struct LoggedIn {
    pub tokens: Tokens,
    /// Known with the scope `openid`.
    pub identity: Option<Identity>,
    /// Held until the tokens are stored: a code is valid once.
    pub guard: ShutdownGuard,
}

impl<'a> LoginAttempt<'a> {
    pub fn new(
        client: &'a OAuthClient<'a>,
        request: AuthorizationRequest<'a>,
        stored: Tokens,
        why: Option<String>,
        login_command: String,
    ) -> Self {
        Self { client, request, stored, why, login_command }
    }

    /// Why a login is needed; `None` if the person requested it.
    pub fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }

    pub fn login_command(&self) -> &str {
        &self.login_command
    }

    /// The stored scopes that it requests although nothing needs them now; `None` if there are none.
    pub fn kept_scopes(&self) -> Option<String> {
        self.request.scopes.kept()
    }

    /// What to do if Globus Auth refuses the request.
    pub fn cure_of_refusal(&self) -> String {
        match self.kept_scopes() {
            None => format!("try again with `{}`", self.login_command),
            Some(kept) => format!(
                "try again with `{0}`; if a stored scope was refused ({kept}), `{0} --force` requests only the \
                 profile's",
                self.login_command
            ),
        }
    }

    /// Reads the client's secret, without which the login would be useless. A password store may prompt its user,
    /// which must not happen while this program's prompt reads from the terminal.
    pub async fn prepare(&self) -> Result<()> {
        self.client.credentials().secret().await.map(drop)
    }

    /// An authorization whose login ends at a page with a code to copy.
    pub fn with_code_page(&self) -> Result<Authorization> {
        self.ending_at(self.client.code_page().as_str())
    }

    /// An authorization whose login sends the browser to `redirect`.
    pub fn ending_at(&self, redirect: &str) -> Result<Authorization> {
        self.client.authorize(self.request, redirect)
    }

    /// Exchanges a code for tokens and checks them. Tokens that fail the check are revoked.
    pub async fn exchange_code(
        &self,
        authorization: &Authorization,
        code: &str,
    ) -> Result<LoggedIn, TokenEndpointError> {
        let guard = ShutdownGuard::acquire();
        let response = self.client.exchange_code(authorization, code, &guard).await?;
        match self.check(&response).await {
            Ok((tokens, identity)) => Ok(LoggedIn { tokens, identity, guard }),
            Err(error) => {
                if let Err(error) = self.client.revoke_each(response.secrets()).await {
                    log::warn!(
                        "the new tokens are not stored, but could not be revoked: {}",
                        error.summary()
                    );
                }
                Err(TokenEndpointError::Other(error))
            }
        }
    }

    /// The tokens of a response, and their identity, if the login is as it should be.
    async fn check(&self, response: &TokenResponse) -> Result<(Tokens, Option<Identity>)> {
        let mut tokens = response.tokens()?;
        self.client.mark(&mut tokens);
        let identity = self.identity_of(response, &tokens).await?;
        for token in tokens.values_mut() {
            token.identity_id = identity.as_ref().map(|identity| identity.id.clone());
            token.username = identity.as_ref().and_then(|identity| identity.username.clone());
        }
        Ok((tokens, identity))
    }

    async fn identity_of(&self, response: &TokenResponse, tokens: &Tokens) -> Result<Option<Identity>> {
        let missing = self.request.scopes.missing_in(tokens);
        if !missing.is_empty() {
            return Err(Error::failed("Globus Auth granted less than the login requested")
                .because(format!("the scope {} is missing", missing.join(" and "))));
        }
        let identity = match &response.id_token {
            Some(id_token) => Some(self.client.verify(id_token).await?),
            None if self.request.scopes.iter().any(|scope| scope.name == "openid") => {
                return Err(Error::failed("Globus Auth did not send the identity of the login")
                    .because("there is no id_token, although the scope openid was requested"));
            }
            None => None,
        };
        match identity.as_ref().and_then(|new| Some((new, new.other_in(&self.stored)?))) {
            Some((new, known)) => Err(other_identity(&known, new, &self.login_command)),
            None => Ok(identity),
        }
    }
}

/// The error of a login whose identity is not that of the stored tokens. The new tokens have been revoked.
pub fn other_identity(known: &Identity, new: &Identity, login_command: &str) -> Error {
    Error::new(Kind::LoginNeeded, format!("logged in as {new}, but the stored tokens belong to {known}"))
        .because("the new tokens were revoked")
        .help(format!("log in as {known}, or replace the stored login with `{login_command} --force`"))
}
