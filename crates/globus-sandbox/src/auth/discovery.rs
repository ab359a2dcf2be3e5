//! OpenID Connect discovery: where the endpoints are, and the key that verifies ID tokens.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::error::AuthError;
use super::keys::ALGORITHM;
use super::scopes::VIEW_IDENTITY_SET;
use super::service::Auth;

/// `GET /.well-known/openid-configuration`.
pub(super) async fn openid_configuration(State(auth): State<Arc<Auth>>) -> Json<Value> {
    let base = &auth.url;
    Json(json!({
        "issuer": auth.issuer(),
        "authorization_endpoint": format!("{base}v2/oauth2/authorize"),
        "token_endpoint": format!("{base}v2/oauth2/token"),
        "introspection_endpoint": format!("{base}v2/oauth2/token/introspect"),
        "revocation_endpoint": format!("{base}v2/oauth2/token/revoke"),
        "userinfo_endpoint": format!("{base}v2/oauth2/userinfo"),
        "jwks_uri": format!("{base}jwk.json"),
        "scopes_supported": ["openid", "profile", "email", VIEW_IDENTITY_SET],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "at_hash", "name", "preferred_username", "email"],
    }))
}

/// `GET /jwk.json`.
pub(super) async fn jwks(State(auth): State<Arc<Auth>>) -> Result<Json<Value>, AuthError> {
    let key = auth.keys.public().map_err(AuthError::server_error)?;
    Ok(Json(json!({ "keys": [key] })))
}
