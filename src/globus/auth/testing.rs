//! Tokens for tests.

use secrecy::ExposeSecret;
use serde_json::Map;

use super::pending_tokens::PendingTokens;
use super::token_cache::TokenCache;
use crate::globus::tokens::{Token, TokenStore, Tokens};
use crate::terminal::signals::ShutdownGuard;

pub const GROUPS: &str = "groups.api.globus.org";

pub fn token(access: &str, identity: &str) -> Token {
    Token {
        resource_server: GROUPS.to_owned(),
        identity_id: Some(identity.to_owned()),
        scope: "all".to_owned(),
        access_token: access.into(),
        refresh_token: Some(format!("refresh {access}").into()),
        expires_at_seconds: 1,
        token_type: None,
        client_id: None,
        auth_url: None,
        username: None,
        extra: Map::new(),
    }
}

pub fn tokens(access: &str, identity: &str) -> Tokens {
    Tokens::from([(GROUPS.to_owned(), token(access, identity))])
}

/// Holds the token `new`, with its space reserved, after `old` was stored.
pub fn hold_refreshed(store: TokenStore, guard: ShutdownGuard) -> impl Sized {
    let mut cache = TokenCache::new(store);
    cache.save(&tokens("old", "ada")).unwrap();
    cache.reserve().unwrap();
    cache.hold(PendingTokens::refreshed(tokens("new", "ada"), token("old", "ada"), guard));
    cache
}

pub fn stored(store: &TokenStore) -> String {
    store.load().unwrap()[GROUPS].access_token.expose_secret().to_owned()
}
