//! One token, as the Globus SDK describes it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use crate::globus::scope::{Scope, covers};
use crate::globus::service::TokenKey;

/// The release of the Globus SDK whose formats are followed. The SDK rejects a JSON file that does not name one.
pub(super) const SDK_VERSION: &str = "4.9.0";

/// Tokens by resource server.
pub type Tokens = BTreeMap<String, Token>;

/// An access token counts as expired this many seconds early, so that it does not expire during the request.
const EXPIRY_MARGIN: i64 = 60;

/// An access token for one resource server, with what is needed to refresh it.
///
/// The fields are those of the SDK's `TokenStorageData`, and three of this program.
#[derive(Debug, Clone)]
#[allow(clippy::struct_field_names)]
pub struct Token {
    /// The service that accepts the token, such as `groups.api.globus.org`.
    pub resource_server: String,
    /// The identity that logged in, if the grant named it (scope `openid`).
    pub identity_id: Option<String>,
    /// The granted scopes, separated by spaces; root scopes only.
    pub scope: String,
    /// Sent as `Authorization: Bearer`.
    pub access_token: SecretString,
    /// `None` if the grant was for online access.
    pub refresh_token: Option<SecretString>,
    /// When the access token expires, in seconds since 1970.
    pub expires_at_seconds: i64,
    /// `Bearer`.
    pub token_type: Option<String>,
    /// The client it was issued to, if this program stored it. The SDK has no such key, and keeps it until it refreshes the
    /// token itself.
    pub client_id: Option<String>,
    /// The base URL of the Globus Auth that issued it, if this program stored it. A token is sent nowhere else.
    pub auth_url: Option<String>,
    /// The name of the identity, such as `ada@example.edu`, if this program stored it.
    pub username: Option<String>,
    /// Keys of other programs, kept as they are.
    pub extra: Map<String, Value>,
}

impl Token {
    /// Whether the access token can be sent, has not expired, and is not about to ([`EXPIRY_MARGIN`]).
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.is_sendable() && self.expires_at_seconds > now().saturating_add(EXPIRY_MARGIN)
    }

    /// Whether the access token is no longer accepted. One that is [not valid](Self::is_valid) may be, for a moment.
    #[must_use]
    pub fn has_expired(&self) -> bool {
        self.expires_at_seconds <= now()
    }

    /// Whether the access token is one by its syntax: another program may have stored anything.
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        is_bearer_token(self.access_token.expose_secret())
    }

    /// Whether the token was granted this root scope, or one that [covers] it.
    #[must_use]
    pub fn has_scope(&self, name: &str) -> bool {
        self.scope.split(' ').any(|held| covers(held, name))
    }

    /// Whether it is the token for the service with this key.
    #[must_use]
    pub fn is_for(&self, key: &TokenKey) -> bool {
        match key {
            TokenKey::ResourceServer(name) => self.resource_server == *name,
            TokenKey::Scope(scope) => self.has_scope(scope),
        }
    }

    /// Reads a stored token. The error names a key, never a value.
    pub(super) fn from_json(value: &Value) -> Result<Self, Malformed> {
        let mut keys = value.as_object().ok_or(Malformed("the token", "an object"))?.clone();
        Ok(Self {
            resource_server: text(&mut keys, "resource_server")?,
            identity_id: optional_text(&mut keys, "identity_id")?,
            scope: text(&mut keys, "scope")?,
            access_token: text(&mut keys, "access_token")?.into(),
            refresh_token: optional_text(&mut keys, "refresh_token")?.map(Into::into),
            expires_at_seconds: keys
                .shift_remove("expires_at_seconds")
                .and_then(|value| value.as_i64())
                .ok_or(Malformed("expires_at_seconds", "a whole number"))?,
            token_type: optional_text(&mut keys, "token_type")?,
            client_id: optional_text(&mut keys, "client_id")?,
            auth_url: optional_text(&mut keys, "auth_url")?,
            username: optional_text(&mut keys, "username")?,
            extra: keys,
        })
    }

    pub(super) fn to_json(&self) -> Value {
        let mut value = json!({
            "resource_server": self.resource_server,
            "identity_id": self.identity_id,
            "scope": self.scope,
            "access_token": self.access_token.expose_secret(),
            "refresh_token": self.refresh_token.as_ref().map(ExposeSecret::expose_secret),
            "expires_at_seconds": self.expires_at_seconds,
            "token_type": self.token_type,
        });
        if let Value::Object(keys) = &mut value {
            let own =
                [("client_id", &self.client_id), ("auth_url", &self.auth_url), ("username", &self.username)];
            for (key, value) in own {
                if let Some(value) = value {
                    keys.insert(key.to_owned(), value.as_str().into());
                }
            }
            keys.extend(self.extra.clone());
        }
        value
    }
}

/// A key of a stored token that is missing or has another type: the key, and the expected type.
#[derive(Debug)]
pub(super) struct Malformed(&'static str, &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is missing or not {}", self.0, self.1)
    }
}

fn text(keys: &mut Map<String, Value>, key: &'static str) -> Result<String, Malformed> {
    optional_text(keys, key)?.ok_or(Malformed(key, "text"))
}

fn optional_text(keys: &mut Map<String, Value>, key: &'static str) -> Result<Option<String>, Malformed> {
    match keys.shift_remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Malformed(key, "text or null")),
    }
}

/// Whether this can be sent as `Authorization: Bearer`: the `b64token` of
/// [RFC 6750, section 2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1).
#[must_use]
pub fn is_bearer_token(text: &str) -> bool {
    let token = text.trim_end_matches('=');
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

/// The token for the service with this key.
pub fn token_with<'t>(key: &TokenKey, tokens: &'t Tokens) -> Option<&'t Token> {
    match key {
        TokenKey::ResourceServer(name) => tokens.get(&**name),
        TokenKey::Scope(_) => tokens.values().find(|token| token.is_for(key)),
    }
}

/// The root scopes that no token has.
pub fn missing_scopes(scopes: &[Scope], tokens: &Tokens) -> Vec<String> {
    let held = |scope: &&Scope| tokens.values().any(|token| token.has_scope(&scope.name));
    scopes.iter().filter(|scope| !held(scope)).map(|scope| scope.name.clone()).collect()
}

/// Seconds since 1970.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
