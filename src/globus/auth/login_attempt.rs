//! One login, from what is asked for to tokens that are known to be right.

use super::id_token::Identity;
use super::oauth::{Authorization, AuthorizationRequest, OAuthClient};
use super::token_response::{TokenEndpointError, TokenGrant};
use super::token_state::missing_scopes;
use crate::globus::tokens::Tokens;
use crate::terminal::signals::{self, HoldOff};
use crate::{Error, Kind, Result};

/// A login that may be approved.
pub(crate) struct LoginAttempt<'a> {
    client: &'a OAuthClient<'a>,
    request: AuthorizationRequest<'a>,
    /// What is stored so far: the new login has to be by the same person.
    before: Tokens,
    /// Why somebody has to log in, where that is news.
    why: Option<String>,
    login_command: String,
}

/// What a login gave.
#[derive(Debug)]
pub(crate) struct LoggedIn {
    /// The tokens, one for each resource server.
    pub tokens: Tokens,
    /// Who logged in, where the scope `openid` tells it.
    pub identity: Option<Identity>,
    /// Held until the tokens are stored: a code is good once.
    pub uninterrupted: HoldOff,
}

impl<'a> LoginAttempt<'a> {
    pub(crate) fn new(
        client: &'a OAuthClient<'a>,
        request: AuthorizationRequest<'a>,
        before: Tokens,
        why: Option<String>,
        login_command: String,
    ) -> Self {
        Self { client, request, before, why, login_command }
    }

    /// Why somebody has to log in, where that is news.
    pub(crate) fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }

    /// What a person types to try again.
    pub(crate) fn login_command(&self) -> &str {
        &self.login_command
    }

    /// Finds out early what would make the login useless: a secret that isn't there. It may ask its user
    /// something, which must not happen while a prompt reads from the same terminal.
    pub(crate) async fn prepare(&self) -> Result<()> {
        self.client.credentials().secret().await.map(drop)
    }

    /// The address of a page that shows a code to copy.
    pub(crate) fn with_code_page(&self) -> Result<Authorization> {
        self.ending_at(self.client.code_page().as_str())
    }

    /// An address that sends the browser back to `redirect`.
    pub(crate) fn ending_at(&self, redirect: &str) -> Result<Authorization> {
        self.client.authorize(self.request, redirect)
    }

    /// Turns a code into tokens and checks them. Those that are not right are taken back at once: nobody
    /// will use them.
    pub(crate) async fn exchange_code(
        &self,
        authorization: &Authorization,
        code: &str,
    ) -> Result<LoggedIn, TokenEndpointError> {
        let uninterrupted = signals::hold_off();
        let granted = self.client.exchange(authorization, code).await?;
        match self.check(&granted).await {
            Ok(identity) => {
                let mut tokens = granted.tokens;
                for token in tokens.values_mut() {
                    token.identity_id = identity.as_ref().map(|identity| identity.id.clone());
                    token.username = identity.as_ref().and_then(|identity| identity.username.clone());
                }
                Ok(LoggedIn { tokens, identity, uninterrupted })
            }
            Err(error) => {
                if let Err(kept) = self.client.revoke_all(&granted.tokens).await {
                    tracing::warn!(
                        "the new tokens are not stored, but they could not be taken back: {}",
                        kept.summary()
                    );
                }
                Err(TokenEndpointError::Other(error))
            }
        }
    }

    async fn check(&self, granted: &TokenGrant) -> Result<Option<Identity>> {
        let missing = missing_scopes(self.request.scopes, &granted.tokens);
        if !missing.is_empty() {
            return Err(Error::failed("Globus Auth granted less than the login asked for")
                .because(format!("the scope {} is missing", missing.join(" and "))));
        }
        let identity = match &granted.id_token {
            Some(id_token) => Some(self.client.verify(id_token).await?),
            None if self.request.scopes.iter().any(|scope| scope.name == "openid") => {
                return Err(Error::failed("Globus Auth does not say who logged in")
                    .because("there is no id_token, although the scope openid was asked for"));
            }
            None => None,
        };
        match identity.as_ref().and_then(|new| Some((new, new.other_in(&self.before)?))) {
            Some((new, known)) => Err(other_identity(&known, new, &self.login_command)),
            None => Ok(identity),
        }
    }
}

/// A login that is not by the person whose tokens are stored.
pub(crate) fn other_identity(known: &Identity, new: &Identity, login_command: &str) -> Error {
    Error::new(Kind::LoginNeeded, "somebody else has logged in")
        .because(format!(
            "the stored tokens are for {known}, and this login was as {new}; its tokens were taken back"
        ))
        .help(format!(
            "log in as {known}, or put the new login in the place of the old one with `{login_command} --force`"
        ))
}
