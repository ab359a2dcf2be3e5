//! Who people are: userinfo, identities, consents, and the keys to check identity tokens with.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::authorize::parameter;
use super::grants::{Grant, Parties};
use super::principal::Principal;
use super::problem::Refusal;
use super::state::Shared;

const AUTH: &str = "auth.globus.org";
const VIEW_IDENTITY_SET: &str = "urn:globus:auth:scope:auth.globus.org:view_identity_set";
const VIEW_CONSENTS: [&str; 2] = [
    "urn:globus:auth:scope:auth.globus.org:view_consents",
    "urn:globus:auth:scope:auth.globus.org:manage_consents",
];

/// `GET /.well-known/openid-configuration`.
pub(super) async fn openid_configuration(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let base = &shared.url;
    Json(json!({
        "issuer": shared.issuer(),
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
    let Parties { identity, session, .. } = &grant.parties;
    let principal = shared.state().principal(&shared.data, identity).ok_or_else(Refusal::unauthorized)?;
    let mut info = principal.claims(identity, &scopes, session.since);
    if scopes.contains(&VIEW_IDENTITY_SET) {
        info["identity_set"] = principal.identity_set(session.since).into();
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
    let people = shared.data.users.iter().map(Principal::from);
    let clients = shared.state().clients.principals();
    let found: Vec<Value> = people
        .chain(clients)
        .flat_map(|principal| {
            let of_principal =
                principal.identities().filter(|(id, name)| ids.contains(id) || usernames.contains(name));
            of_principal.map(|(id, username)| principal.identity(id, username)).collect::<Vec<_>>()
        })
        .collect();
    Ok(Json(json!({ "identities": found })))
}

/// `GET /v2/api/identities/{id}/consents`, for oneself: those whose root is the asking client's, or with
/// `all=true` those of all clients.
pub(super) async fn consents(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Path(identity): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Json<Value>, Refusal> {
    // Python writes `True`.
    let all = parameter(&parameters, "all").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let grant = shared.authorize(&headers, AUTH, if all { &VIEW_CONSENTS } else { &[] })?;
    if grant.parties.identity != identity {
        return Err(Refusal::forbidden("Only one's own consents can be seen"));
    }
    let client = (!all).then_some(grant.parties.client_id.as_str());
    Ok(Json(json!({ "consents": shared.state().consents.of(&identity, client) })))
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
