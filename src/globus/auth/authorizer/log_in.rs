//! A new grant: a login, or the credentials of a service account.

use secrecy::SecretString;

use super::Authorizer;
use crate::globus::auth::audience::check_token;
use crate::globus::auth::authorization::AuthorizationRequest;
use crate::globus::auth::authorization_parameters::AuthorizationParameters;
use crate::globus::auth::grant_flow::GrantFlow;
use crate::globus::auth::issuer::check_issuer;
use crate::globus::auth::login_attempt::{LoggedIn, LoginAttempt};
use crate::globus::auth::login_reason::LoginReason;
use crate::globus::auth::pending_tokens::PendingTokens;
use crate::globus::auth::requested_scopes::RequestedScopes;
use crate::globus::scope;
use crate::globus::service::{Service, TokenKey};
use crate::globus::tokens::Tokens;
use crate::{Error, Kind, Result};

impl Authorizer<'_> {
    /// An access token from a new grant.
    pub(super) async fn log_in(&mut self, service: &Service, reason: LoginReason) -> Result<SecretString> {
        check_token(Some(self.requirements.auth_url), &service.base_url)?;
        let tokens = self.grant(&service.token, &reason, false).await?;
        self.granted(&tokens, &service.token)
    }

    /// Tokens from a new grant. With `force` any identity may log in.
    pub(super) async fn grant(
        &mut self,
        key: &TokenKey,
        reason: &LoginReason,
        force: bool,
    ) -> Result<Tokens> {
        if let Some(check) = self.before_login.filter(|_| self.requirements.flow.needs_person()) {
            check()?;
        }
        let none = AuthorizationParameters::default();
        let parameters = reason.parameters().unwrap_or(&none);
        let mut scopes = self.requirements.scopes.to_vec();
        scope::merge(&mut scopes, parameters.scopes());
        let (flow, refresh_tokens) = match &self.requirements.flow {
            GrantFlow::Login { flow, refresh_tokens } => (flow, *refresh_tokens),
            GrantFlow::NonInteractive { why, .. } => {
                let other = self.cache.load().ok().and_then(|stored| self.other_issuer(&stored));
                return Err(other.unwrap_or_else(|| self.login_needed(reason, why)));
            }
            GrantFlow::ClientCredentials if *parameters == none || parameters.is_consent_only() => {
                self.client.credentials().secret().await?;
                let _lock = self.cache.lock().await?;
                return self.client_credentials(key, scopes).await;
            }
            GrantFlow::ClientCredentials => return Err(no_session(reason, parameters)),
        };
        // A store that can't be locked fails before the person logs in.
        drop(self.cache.lock().await?);
        let stored = self.stored_by_person(force)?;
        let own = stored.values().filter(|token| self.client.is_for(token));
        let scopes = RequestedScopes::new(scopes, own.map(|token| token.scope.as_str()));
        let request =
            AuthorizationRequest { scopes: &scopes, refresh_tokens, label: &self.hints.label, parameters };
        let why = match reason {
            LoginReason::NoTokens | LoginReason::UserRequested(_) => None,
            reason => Some(reason.to_string()),
        };
        let attempt = LoginAttempt::new(&self.client, request, stored, why, self.login_command(parameters));
        // The lock is not held during the login: that can take minutes, and the stored token may still serve others.
        let LoggedIn { tokens, identity, guard } = flow.log_in(&attempt).await?;
        self.has_new_grant = true;
        self.logins += 1;
        let is_interactive = flow.is_interactive();
        self.cache.hold(PendingTokens::login(tokens.clone(), identity.clone(), force, guard));
        if let Err(error) = self.flush().await {
            if self.cache.is_flushed() {
                return Err(error);
            }
            // This run can use them anyway.
            log::debug!("the new tokens could not be stored yet: {}", error.summary());
        } else if is_interactive {
            let identity = identity.map(|identity| format!(" as {identity}")).unwrap_or_default();
            let file = self.cache.store().file();
            let location = file.map(|file| format!("; the tokens are in `{}`", file.display()));
            log::info!("logged in{identity}{}", location.unwrap_or_default());
        }
        Ok(tokens)
    }

    /// Stored tokens whose identity a new login must match; empty with `force`. Tokens of another Globus are not replaced
    /// even then, because the environment variables of a sandbox can be set by mistake.
    fn stored_by_person(&self, force: bool) -> Result<Tokens> {
        let mut stored = self.cache.load()?;
        if let Some(error) = self.other_issuer(&stored) {
            return Err(error);
        }
        if force {
            return Ok(Tokens::new());
        }
        // No identity of a sandbox that has ended, nor the client itself, can log in here.
        stored.retain(|_, token| {
            let is_client = token.identity_id.as_deref() == Some(self.requirements.client_id);
            let is_from_here = token.auth_url.as_ref().is_none_or(|url| url == self.requirements.auth_url);
            is_from_here && !is_client
        });
        Ok(stored)
    }

    fn login_needed(&self, reason: &LoginReason, why: &str) -> Error {
        let none = AuthorizationParameters::default();
        let command = self.login_command(reason.parameters().unwrap_or(&none));
        if let LoginReason::UserRequested(_) = reason {
            return Error::new(Kind::LoginNeeded, "can't log in here")
                .because(why)
                .help(format!("use `{command}` at a terminal"));
        }
        let file = self.cache.store().file();
        let location = match (reason, file) {
            (LoginReason::NoTokens, Some(file)) => format!(" in `{}`", file.display()),
            _ => String::new(),
        };
        let error = Error::new(Kind::LoginNeeded, "a login is needed")
            .because(format!("{reason}{location}, and {why}"));
        match file {
            Some(_) => error.help(format!("log in once at a terminal with `{command}`")),
            None => error.help("run it at a terminal, or name a file in `storage` to log in once"),
        }
    }

    fn other_issuer(&self, stored: &Tokens) -> Option<Error> {
        let file = self.cache.store().file();
        let file = file.map_or_else(|| "the token file".to_owned(), |file| format!("`{}`", file.display()));
        Some(check_issuer(stored, self.requirements.auth_url)?.help(format!(
            "check the profile's `[environment]` and the variables GLOBUS_SDK_*; to log in here all the same, set \
             another `storage`, or move {file} away"
        )))
    }

    fn login_command(&self, parameters: &AuthorizationParameters) -> String {
        let command = &self.hints.login_command;
        if *parameters == AuthorizationParameters::default() {
            return command.clone();
        }
        format!("{command} --requirements '{}'", parameters.to_json())
    }
}

fn no_session(reason: &LoginReason, parameters: &AuthorizationParameters) -> Error {
    let service = match reason {
        LoginReason::Required(service, _) => &**service,
        _ => "this login",
    };
    Error::failed(format!("{service} requires a user session; a service account cannot have one"))
        .because(parameters.explain())
        .help("let a person run this profile, or have the policy changed")
}
