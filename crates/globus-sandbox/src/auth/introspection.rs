//! What clients can learn about tokens.
//!
//! <https://docs.globus.org/api/auth/reference/#token_introspection_post_v2_oauth2_token_introspect>

use globus_loopback::http::StatusCode;
use serde_json::{Value, json};

use super::error::AuthError;
use super::principal::Principal;
use super::service::Auth;
use crate::web::{self, Request, Response};

/// `POST /v2/oauth2/token/introspect`, for confidential clients
/// ([RFC 7662](https://www.rfc-editor.org/rfc/rfc7662)).
pub(super) fn introspect(auth: &Auth, request: &Request) -> Result<Response, AuthError> {
    let form = request.form()?;
    let state = auth.state();
    let client = state.clients.authenticate(request.headers(), &form)?;
    if client.secret.is_none() {
        return Err(AuthError::forbidden("Only a confidential client may look at tokens"));
    }
    let Some(token) = state.tokens.introspect(form.required("token")?) else {
        return Ok(web::json(StatusCode::OK, &json!({ "active": false })));
    };
    let grant = &token.info.grant;
    let principal = state.principal(&auth.data, &grant.identity);
    let principal = principal.as_ref();
    let mut document = json!({
        "active": true,
        "token_type": "Bearer",
        "client_id": grant.client_id,
        "sub": grant.identity,
        "username": principal.map(Principal::username),
        "name": principal.map(|principal| principal.name.as_str()),
        "email": principal.and_then(|principal| principal.email.as_deref()),
        "scope": token.info.scope,
        "aud": [token.info.resource_server, grant.client_id],
        "iss": auth.issuer(),
        "iat": token.issued,
        "nbf": token.issued,
        "exp": token.expires,
    });
    for include in form.get("include").unwrap_or_default().split(',') {
        match include {
            "session_info" => document[include] = grant.session.document(),
            "identity_set_detail" => {
                document[include] =
                    principal.map(|principal| principal.identity_set(grant.session.auth_time)).into();
            }
            "identity_set" => {
                let ids = principal
                    .map(|principal| principal.identities().map(|(id, _)| Value::from(id)).collect());
                document[include] = ids.unwrap_or_default();
            }
            _ => {}
        }
    }
    Ok(web::json(StatusCode::OK, &document))
}

/// `POST /v2/oauth2/token/validate`: whether a token of the calling client is valid. Globus does not document
/// it; the Globus CLI calls it before each command that needs a login, and reads `active`.
pub(super) fn validate(auth: &Auth, request: &Request) -> Result<Response, AuthError> {
    let form = request.form()?;
    let state = auth.state();
    let client = state.clients.authenticate(request.headers(), &form)?;
    let token = state.tokens.introspect(form.required("token")?);
    let own = token.is_some_and(|token| token.info.grant.client_id == client.id);
    Ok(web::json(StatusCode::OK, &json!({ "active": own })))
}
