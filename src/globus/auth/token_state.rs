//! Whether stored tokens meet the requirements of a run. No request is sent.

use secrecy::{ExposeSecret, SecretString};

use super::audience::check_token;
use super::grant_flow::GrantFlow;
use super::login_reason::LoginReason;
use crate::Result;
use crate::globus::scope::Scope;
use crate::globus::service::{BaseUrl, TokenKey};
use crate::globus::tokens::{Token, Tokens, missing_scopes, token_with};

/// The requirements of a run for its tokens.
#[derive(Debug)]
pub struct TokenRequirements<'a> {
    /// The client they are issued to.
    pub client_id: &'a str,
    /// The base URL of the Globus Auth that issues them.
    pub auth_url: &'a str,
    /// The scopes, with their dependencies.
    pub scopes: &'a [Scope],
    /// How missing tokens are granted, and so whether they are for a person or for the client itself, whose identity has
    /// the client's id.
    pub flow: GrantFlow,
}

/// The evidence, if there is any, that the tokens in use are a person's.
pub fn person_in(tokens: &Tokens, key: &TokenKey, requirements: &TokenRequirements<'_>) -> Option<String> {
    in_use(tokens, key, requirements).find_map(|token| {
        let server = &token.resource_server;
        match &token.identity_id {
            _ if token.refresh_token.is_some() => Some(format!("the token for {server} has a refresh token")),
            // The identity of another client is no person.
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

/// The token with this key, and those with a required scope.
fn in_use<'t>(
    tokens: &'t Tokens,
    key: &'t TokenKey,
    requirements: &'t TokenRequirements<'_>,
) -> impl Iterator<Item = &'t Token> {
    tokens.values().filter(move |token| {
        token.is_for(key) || requirements.scopes.iter().any(|scope| token.has_scope(&scope.name))
    })
}

/// The state of the stored tokens for one service.
#[derive(Debug)]
pub enum TokenState {
    /// The access token can be used.
    Valid(Token),
    /// The access token has expired, is about to ([`Token::is_valid`]), or was rejected; this refresh token is there.
    Refreshable(Token, SecretString),
    LoginRequired(LoginReason),
}

impl TokenState {
    /// Fails unless the access token may go to this service: the stored one, or the one that the Globus Auth at `auth_url`
    /// will issue. Call it before a refresh or a login that would be for nothing.
    pub fn check_audience(&self, auth_url: &str, service: &BaseUrl) -> Result<()> {
        match self {
            Self::Valid(token) => check_token(token.auth_url.as_deref(), service),
            Self::Refreshable(..) | Self::LoginRequired(_) => check_token(Some(auth_url), service),
        }
    }
}

/// The state of these tokens for the service whose token has this key. `rejected` is an access token that the service
/// rejected, even if it has not expired.
pub fn evaluate(
    tokens: &Tokens,
    key: &TokenKey,
    requirements: &TokenRequirements<'_>,
    rejected: Option<&SecretString>,
) -> TokenState {
    let Some(token) = token_with(key, tokens) else {
        let mut missing = missing_scopes(requirements.scopes, tokens);
        if let TokenKey::Scope(scope) = key
            && !missing.contains(scope)
        {
            missing.push(scope.clone());
        }
        // What is stored is a login for something else.
        return TokenState::LoginRequired(if tokens.is_empty() || missing.is_empty() {
            LoginReason::NoTokens
        } else {
            LoginReason::MissingScopes(missing)
        });
    };
    let in_use = || in_use(tokens, key, requirements);
    let other_issuer = |token: &Token| token.auth_url.clone().filter(|url| url != requirements.auth_url);
    if let Some(url) = in_use().find_map(other_issuer) {
        return TokenState::LoginRequired(LoginReason::OtherIssuer(url));
    }
    let other_client =
        |token: &Token| token.client_id.clone().filter(|id| !id.eq_ignore_ascii_case(requirements.client_id));
    if let Some(id) = in_use().find_map(other_client) {
        return TokenState::LoginRequired(LoginReason::OtherClient(id));
    }
    let is_client =
        |token: &Token| token.identity_id.as_ref().map(|id| id.eq_ignore_ascii_case(requirements.client_id));
    // A `ClientApp` of the SDK does not always store the identity.
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
        None if !token.is_sendable() => TokenState::LoginRequired(LoginReason::Malformed),
        None => TokenState::LoginRequired(LoginReason::Expired),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::globus::tokens::now;

    fn token(server: &str, scope: &str) -> (String, Token) {
        let token = Token {
            resource_server: server.to_owned(),
            identity_id: None,
            scope: scope.to_owned(),
            access_token: server.into(),
            refresh_token: None,
            expires_at_seconds: now() + 1000,
            token_type: None,
            client_id: None,
            auth_url: None,
            username: None,
            extra: serde_json::Map::new(),
        };
        (server.to_owned(), token)
    }

    #[test]
    fn a_token_is_found_by_its_resource_server_or_its_scope() {
        let scopes = Scope::parse_list("x").unwrap();
        let requirements = TokenRequirements {
            client_id: "c",
            auth_url: "https://auth.example.org/",
            scopes: &scopes,
            flow: GrantFlow::NonInteractive { why: "no", refresh_tokens: false },
        };
        let tokens = Tokens::from([token("a", "w x"), token("b", "y z")]);
        let found = |key: &TokenKey, tokens: &Tokens| match evaluate(tokens, key, &requirements, None) {
            TokenState::Valid(token) => token.resource_server,
            TokenState::Refreshable(..) => "refreshable".to_owned(),
            TokenState::LoginRequired(reason) => reason.to_string(),
        };
        let scope = |name: &str| TokenKey::Scope(name.to_owned());
        assert_eq!(found(&TokenKey::ResourceServer("b".into()), &tokens), "b");
        assert_eq!(found(&scope("x"), &tokens), "a");
        assert_eq!(found(&scope("z"), &tokens), "b");
        assert!(found(&scope("q"), &tokens).contains('q'));
        assert_eq!(found(&scope("x"), &Tokens::new()), found(&TokenKey::ResourceServer("q".into()), &tokens));
    }
}
