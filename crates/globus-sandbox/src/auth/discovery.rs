//! OpenID Connect discovery: where the endpoints are, and the key that verifies ID tokens.

#![expect(clippy::unnecessary_wraps, reason = "the function of a route may fail")]

use globus_loopback::http::StatusCode;
use serde_json::json;

use super::error::AuthError;
use super::keys::ALGORITHM;
use super::scopes::VIEW_IDENTITY_SET;
use super::service::Auth;
use crate::web::{self, Request, Response};

/// `GET /.well-known/openid-configuration`.
pub(super) fn openid_configuration(auth: &Auth, _request: &Request) -> Result<Response, AuthError> {
    let base = &auth.url;
    let document = json!({
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
    });
    Ok(web::json(StatusCode::OK, &document))
}

/// `GET /jwk.json`.
pub(super) fn jwks(auth: &Auth, _request: &Request) -> Result<Response, AuthError> {
    let key = auth.keys.public().map_err(AuthError::server_error)?;
    Ok(web::json(StatusCode::OK, &json!({ "keys": [key] })))
}
