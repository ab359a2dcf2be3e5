//! What stored tokens are good for. Nothing is asked here: everything shows in the tokens themselves.

use secrecy::{ExposeSecret, SecretString};

use super::login_flow::GrantFlow;
use super::login_reason::LoginReason;
use crate::globus::scope::Scope;
use crate::globus::tokens::{Token, Tokens, missing_scopes};

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
        None => TokenState::LoginRequired(LoginReason::Expired),
    }
}
