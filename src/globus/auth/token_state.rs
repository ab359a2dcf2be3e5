//! What stored tokens are good for. Nothing is asked here: everything shows in the tokens themselves.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::authorization_parameters::AuthorizationParameters;
use super::login_flow::GrantFlow;
use crate::Error;
use crate::globus::loopback::is_loopback;
use crate::globus::scope::{self, Scope};
use crate::globus::tokens::{Token, Tokens};

/// What a run wants of the tokens it uses.
#[derive(Debug)]
pub(crate) struct TokenRequirements<'a> {
    /// The client they have to be for.
    pub client_id: &'a str,
    /// The base URL of the Globus Auth they have to be from.
    pub auth_url: &'a str,
    /// The scopes, with their dependencies.
    pub scopes: &'a [Scope],
    /// How missing tokens are granted: to a person or to the client itself, whose identity has the client's id.
    pub flow: GrantFlow,
}

/// What shows that a person has logged in to the tokens in use, if anything does.
pub(crate) fn person_in(
    tokens: &Tokens,
    resource_server: &str,
    requirements: &TokenRequirements<'_>,
) -> Option<String> {
    in_use(tokens, resource_server, requirements).find_map(|token| {
        let server = &token.resource_server;
        match &token.identity_id {
            _ if token.refresh_token.is_some() => Some(format!("the token for {server} has a refresh token")),
            // A service account of another client is no person.
            Some(id)
                if !is(id, requirements.client_id)
                    && token.client_id.as_ref().is_none_or(|own| !is(id, own)) =>
            {
                Some(format!("the token for {server} is for the identity {id}"))
            }
            _ => None,
        }
    })
}

fn is(id: &str, other: &str) -> bool {
    id.eq_ignore_ascii_case(other)
}

/// The token for the resource server, and those with a scope that is wanted.
fn in_use<'t>(
    tokens: &'t Tokens,
    resource_server: &'t str,
    requirements: &'t TokenRequirements<'_>,
) -> impl Iterator<Item = &'t Token> {
    tokens.values().filter(move |token| {
        token.resource_server == resource_server
            || requirements.scopes.iter().any(|scope| token.has_scope(&scope.name))
    })
}

/// What the stored tokens are good for.
#[derive(Debug)]
pub(crate) enum TokenState {
    /// The access token can be used.
    Valid(Token),
    /// The access token is about to expire or has been rejected; this refresh token buys another.
    Refreshable(Token, SecretString),
    /// Only a login helps.
    LoginRequired(LoginReason),
}

/// Why a login is needed.
#[derive(Debug)]
pub(crate) enum LoginReason {
    /// There are none.
    NoTokens,
    /// They were given to this client.
    OtherClient(String),
    /// They are from the Globus Auth at this base URL.
    OtherIssuer(String),
    /// They are for the client itself, or they are not and have to be.
    OtherPrincipal(&'static str),
    /// They lack these root scopes.
    MissingScopes(Vec<String>),
    /// Their scopes lack consents.
    MissingConsents(Vec<Scope>),
    /// They have no refresh token, and the profile wants one.
    NoRefreshToken,
    /// The access token has expired and can't be renewed.
    NotRefreshable,
    /// The service does not accept the access token, and it can't be renewed.
    TokenRejected,
    /// The service with this name accepts no token of the login, however new.
    LoginRejected(String),
    /// Globus Auth does not accept the refresh token, and says this.
    RefreshRejected(String),
    /// The service with this name asks for another login.
    Required(String, Box<AuthorizationParameters>),
    /// Somebody wants to log in.
    UserRequested(Box<AuthorizationParameters>),
}

impl LoginReason {
    /// What the login has to be like.
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
            Self::OtherClient(id) => write!(f, "the stored tokens were given to another client, {id}"),
            Self::OtherIssuer(url) => {
                write!(f, "the stored tokens are from another Globus Auth, {url}")
            }
            Self::OtherPrincipal(whom) => write!(f, "the stored tokens are for {whom}"),
            Self::MissingScopes(scopes) => {
                write!(f, "the stored tokens lack the scope {}", scopes.join(" and "))
            }
            Self::MissingConsents(scopes) => {
                write!(f, "not everything has been consented to in {}", scope::join(scopes))
            }
            Self::NoRefreshToken => {
                f.write_str("the stored tokens have no refresh token, and the profile wants `refresh_tokens`")
            }
            Self::NotRefreshable => {
                f.write_str("the stored access token has expired and there is no refresh token")
            }
            Self::TokenRejected => {
                f.write_str("the stored access token was not accepted and there is no refresh token")
            }
            Self::LoginRejected(service) => write!(f, "{service} does not accept the tokens of this login"),
            Self::RefreshRejected(words) => write!(f, "the stored refresh token was not accepted ({words})"),
            Self::Required(service, parameters) => {
                write!(f, "{service} asks more of the login: {}", parameters.explain())
            }
            Self::UserRequested(_) => f.write_str("it was asked for"),
        }
    }
}

/// What these tokens are good for at this resource server. `rejected` is an access token that the service
/// did not accept, however fresh it looks.
pub(crate) fn evaluate(
    tokens: &Tokens,
    resource_server: &str,
    requirements: &TokenRequirements<'_>,
    rejected: Option<&SecretString>,
) -> TokenState {
    let Some(token) = tokens.get(resource_server) else {
        return TokenState::LoginRequired(LoginReason::NoTokens);
    };
    let in_use = || in_use(tokens, resource_server, requirements);
    let elsewhere = |token: &Token| token.auth_url.clone().filter(|url| url != requirements.auth_url);
    if let Some(url) = in_use().find_map(elsewhere) {
        return TokenState::LoginRequired(LoginReason::OtherIssuer(url));
    }
    let stranger =
        |token: &Token| token.client_id.clone().filter(|id| !id.eq_ignore_ascii_case(requirements.client_id));
    if let Some(id) = in_use().find_map(stranger) {
        return TokenState::LoginRequired(LoginReason::OtherClient(id));
    }
    let is_client =
        |token: &Token| token.identity_id.as_ref().map(|id| id.eq_ignore_ascii_case(requirements.client_id));
    // A `ClientApp` of the SDK does not always store whom its token is for.
    let is_person = |token: &Token| token.refresh_token.is_some() || is_client(token) == Some(false);
    let for_client = requirements.flow.is_client_credentials();
    if for_client && in_use().any(is_person) {
        return TokenState::LoginRequired(LoginReason::OtherPrincipal("a person, not for the client itself"));
    }
    if !for_client && in_use().any(|token| is_client(token) == Some(true)) {
        return TokenState::LoginRequired(LoginReason::OtherPrincipal("the client itself, not for a person"));
    }
    let missing = missing_scopes(requirements.scopes, tokens);
    if !missing.is_empty() {
        return TokenState::LoginRequired(LoginReason::MissingScopes(missing));
    }
    if requirements.flow.needs_refresh_tokens() && in_use().any(|token| token.refresh_token.is_none()) {
        return TokenState::LoginRequired(LoginReason::NoRefreshToken);
    }
    let rejected =
        rejected.is_some_and(|rejected| rejected.expose_secret() == token.access_token.expose_secret());
    if token.is_valid() && !rejected {
        return TokenState::Valid(token.clone());
    }
    match &token.refresh_token {
        Some(refresh_token) => TokenState::Refreshable(token.clone(), refresh_token.clone()),
        None if rejected => TokenState::LoginRequired(LoginReason::TokenRejected),
        None => TokenState::LoginRequired(LoginReason::NotRefreshable),
    }
}

/// The root scopes that no token has.
pub(super) fn missing_scopes(scopes: &[Scope], tokens: &Tokens) -> Vec<String> {
    let held = |scope: &&Scope| tokens.values().any(|token| token.has_scope(&scope.name));
    scopes.iter().filter(|scope| !held(scope)).map(|scope| scope.name.clone()).collect()
}

/// Whether one of the tokens is from a real Globus that is not the one at hand: nothing may happen to it. What is
/// from a sandbox that has ended is worth nothing.
pub(crate) fn check_issuer(tokens: &Tokens, auth_url: &str) -> Option<Error> {
    let url = tokens.values().find_map(|token| {
        let url = token.auth_url.as_ref()?;
        (url != auth_url && !is_sandbox(url)).then_some(url)
    })?;
    Some(
        Error::usage("the stored login is from another Globus")
            .because(format!("its tokens are from {url}, and the Globus at hand is {auth_url}")),
    )
}

/// Whether the base URL of a Globus Auth is on this machine.
pub(super) fn is_sandbox(auth_url: &str) -> bool {
    Url::parse(auth_url).is_ok_and(|url| is_loopback(&url))
}
