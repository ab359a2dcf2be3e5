//! What clients can learn about tokens.
//!
//! <https://docs.globus.org/api/auth/reference/#token_introspection_post_v2_oauth2_token_introspect>

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::authorize::parameter;
use super::principal::Principal;
use super::problem::Refusal;
use super::state::Shared;
use super::token::{Form, field};

/// `POST /v2/oauth2/token/introspect`, for confidential clients (RFC 7662).
pub(super) async fn introspect(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    axum::Form(form): Form,
) -> Result<Json<Value>, Refusal> {
    let state = shared.state();
    let client = state.clients.authenticate(&headers, &form)?;
    if client.secret.is_none() {
        return Err(Refusal::forbidden("Only a confidential client may look at tokens"));
    }
    let Some(token) = state.grants.describe(field(&form, "token")?) else {
        return Ok(Json(json!({ "active": false })));
    };
    let parties = &token.grant.parties;
    let principal = state.principal(&shared.data, &parties.identity);
    let principal = principal.as_ref();
    let mut about = json!({
        "active": true,
        "token_type": "Bearer",
        "client_id": parties.client_id,
        "sub": parties.identity,
        "username": principal.map(Principal::username),
        "name": principal.map(|principal| principal.name.as_str()),
        "email": principal.and_then(|principal| principal.email.as_deref()),
        "scope": token.grant.scope,
        "aud": [token.grant.resource_server, parties.client_id],
        "iss": shared.issuer(),
        "iat": token.issued,
        "nbf": token.issued,
        "exp": token.expires,
    });
    for include in parameter(&form, "include").unwrap_or_default().split(',') {
        let set = || principal.map(|principal| principal.identity_set(parties.session.since));
        match include {
            "session_info" => about[include] = parties.session.described(),
            "identity_set_detail" => about[include] = set().into(),
            "identity_set" => {
                let ids = principal
                    .map(|principal| principal.identities().map(|(id, _)| Value::from(id)).collect());
                about[include] = ids.unwrap_or_default();
            }
            _ => {}
        }
    }
    Ok(Json(about))
}

/// `POST /v2/oauth2/token/validate`: whether a token of the asking client is good. It is not documented; the
/// Globus CLI asks it before each command that needs a login, and reads `active`.
pub(super) async fn validate(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    axum::Form(form): Form,
) -> Result<Json<Value>, Refusal> {
    let state = shared.state();
    let client = state.clients.authenticate(&headers, &form)?;
    let token = state.grants.describe(field(&form, "token")?);
    let own = token.is_some_and(|token| token.grant.parties.client_id == client.id);
    Ok(Json(json!({ "active": own })))
}
