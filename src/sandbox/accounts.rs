//! Who people are: userinfo, identities, consents, and the keys to check identity tokens with.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::data::User;
use super::grants::Grant;
use super::problem::Refusal;
use super::state::Shared;

const AUTH: &str = "auth.globus.org";

/// `GET /.well-known/openid-configuration`.
pub(super) async fn openid_configuration(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let base = &shared.url;
    Json(json!({
        "issuer": shared.issuer(),
        "authorization_endpoint": format!("{base}v2/oauth2/authorize"),
        "token_endpoint": format!("{base}v2/oauth2/token"),
        "revocation_endpoint": format!("{base}v2/oauth2/token/revoke"),
        "userinfo_endpoint": format!("{base}v2/oauth2/userinfo"),
        "jwks_uri": format!("{base}jwk.json"),
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "at_hash", "name", "preferred_username", "email"],
    }))
}

/// `GET /jwk.json`.
pub(super) async fn jwks(State(shared): State<Arc<Shared>>) -> Result<Json<Value>, Refusal> {
    let pair = shared
        .keys
        .pair()
        .map_err(|why| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", why))?;
    Ok(Json(json!({ "keys": [pair.public] })))
}

/// `GET` or `POST /v2/oauth2/userinfo`.
pub(super) async fn userinfo(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let grant = shared.authorize(&headers, AUTH, &["openid"])?;
    let scopes: Vec<&str> = grant.scope.split(' ').collect();
    let user = shared.data.user_of(&grant.identity).ok_or_else(Refusal::unauthorized)?;
    let mut info = json!({ "sub": grant.identity });
    if scopes.contains(&"profile") {
        info["name"] = user.name.as_str().into();
        info["preferred_username"] = user.username.as_str().into();
        info["organization"] = user.organization.clone().into();
        info["identity_set"] =
            user.identities().map(|(id, username)| json!({ "sub": id, "username": username })).collect();
    }
    if scopes.contains(&"email") {
        info["email"] = user.email.as_str().into();
    }
    Ok(Json(info))
}

/// `GET /v2/api/identities?ids=…` or `?usernames=…`.
pub(super) async fn identities(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Json<Value>, Refusal> {
    shared.authorize(&headers, AUTH, &[])?;
    let wanted = |key: &'static str| -> Vec<&str> {
        parameters.iter().filter(|(name, _)| name == key).flat_map(|(_, list)| list.split(',')).collect()
    };
    let (ids, usernames) = (wanted("ids"), wanted("usernames"));
    if ids.is_empty() == usernames.is_empty() {
        return Err(Refusal::invalid_request("Exactly one of ids and usernames must be given"));
    }
    let found =
        shared.data.users.iter().flat_map(|user| user.identities().map(move |identity| (user, identity)));
    let found: Vec<Value> = found
        .filter(|(_, (id, username))| ids.contains(id) || usernames.contains(username))
        .map(|(user, (id, username))| identity(user, id, username))
        .collect();
    Ok(Json(json!({ "identities": found })))
}

fn identity(user: &User, id: &str, username: &str) -> Value {
    json!({
        "id": id,
        "username": username,
        "name": user.name,
        "email": user.email,
        "organization": user.organization,
        "status": "used",
        "identity_type": "login",
        "identity_provider": "41143743-f3c8-4d60-bbdb-eeecaba85bd9",
    })
}

/// `GET /v2/api/identities/{id}/consents`, for oneself.
pub(super) async fn consents(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Path(identity): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let grant = shared.authorize(&headers, AUTH, &[])?;
    if grant.identity != identity {
        return Err(Refusal::forbidden("Only one's own consents can be seen"));
    }
    Ok(Json(json!({ "consents": shared.state().consents.of(&identity) })))
}

impl Shared {
    /// Who signs identity tokens.
    pub(super) fn issuer(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// What the bearer token of a request grants. It must be for this resource server and hold one of these
    /// scopes, if there are any.
    pub(super) fn authorize(
        &self,
        headers: &HeaderMap,
        server: &str,
        scopes: &[&str],
    ) -> Result<Grant, Refusal> {
        let token = headers
            .get(axum::http::header::AUTHORIZATION)
            .and_then(|header| header.to_str().ok()?.strip_prefix("Bearer "))
            .ok_or_else(Refusal::unauthorized)?;
        let grant = self.state().grants.access(token).cloned().ok_or_else(Refusal::unauthorized)?;
        // A token for another service says nothing here.
        if grant.resource_server != server {
            return Err(Refusal::unauthorized());
        }
        let held = |scope: &&str| grant.scope.split(' ').any(|held| held == *scope);
        if !scopes.is_empty() && !scopes.iter().any(held) {
            return Err(Refusal::forbidden(format!("The token lacks the scope {}", scopes.join(" or "))));
        }
        Ok(grant)
    }
}
