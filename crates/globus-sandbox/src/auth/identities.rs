//! Identities: userinfo, look-ups and consents.
//!
//! <https://docs.globus.org/api/auth/reference/#identities_api>

use globus_loopback::http::StatusCode;
use serde_json::{Value, json};

use super::error::AuthError;
use super::principal::Principal;
use super::scopes::{AUTH, VIEW_IDENTITY_SET};
use super::service::Auth;
use super::tokens::Grant;
use crate::web::{self, Request, Response};

const VIEW_CONSENTS: [&str; 2] = [
    "urn:globus:auth:scope:auth.globus.org:view_consents",
    "urn:globus:auth:scope:auth.globus.org:manage_consents",
];

/// How many identities one request can ask for.
const MOST_IDENTITIES: usize = 100;

/// `GET` or `POST /v2/oauth2/userinfo`.
pub(super) fn userinfo(auth: &Auth, request: &Request) -> Result<Response, AuthError> {
    let token = auth.authorize(request.headers(), AUTH, &["openid"])?;
    let scopes: Vec<&str> = token.scope.split(' ').collect();
    let principal = auth.principal(&token).ok_or_else(AuthError::unauthorized)?;
    let Grant { identity, session, .. } = &token.grant;
    let mut info = principal.claims(identity, &scopes, session.auth_time);
    if scopes.contains(&VIEW_IDENTITY_SET) {
        info["identity_set"] = principal.identity_set(session.auth_time).into();
    }
    Ok(web::json(StatusCode::OK, &info))
}

/// `GET /v2/api/identities?ids=…` or `?usernames=…`.
pub(super) fn identities(auth: &Auth, request: &Request) -> Result<Response, AuthError> {
    auth.authorize(request.headers(), AUTH, &[])?;
    let parameters = request.query();
    let ids: Vec<&str> = parameters.list("ids").collect();
    let usernames: Vec<&str> = parameters.list("usernames").collect();
    if ids.is_empty() == usernames.is_empty() {
        return Err(AuthError::invalid_request("Exactly one of ids and usernames must be given"));
    }
    if ids.len().max(usernames.len()) > MOST_IDENTITIES {
        return Err(AuthError::invalid_request(format!(
            "At most {MOST_IDENTITIES} identities can be asked for"
        )));
    }
    let people = auth.data.users.iter().map(Principal::from);
    let clients = auth.state().clients.principals();
    let found: Vec<Value> = people
        .chain(clients)
        .flat_map(|principal| {
            let of_principal =
                principal.identities().filter(|(id, name)| ids.contains(id) || usernames.contains(name));
            of_principal.map(|(id, username)| principal.identity(id, username)).collect::<Vec<_>>()
        })
        .collect();
    Ok(web::json(StatusCode::OK, &json!({ "identities": found })))
}

/// `GET /v2/api/identities/{id}/consents` of the caller's own identity: the consents given to the calling client, or with
/// `all=true` to all clients.
pub(super) fn consents(auth: &Auth, request: &Request) -> Result<Response, AuthError> {
    // Python writes `True`.
    let all = request.query().get("all").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let token = auth.authorize(request.headers(), AUTH, if all { &VIEW_CONSENTS } else { &[] })?;
    if token.grant.identity != request.id {
        return Err(AuthError::forbidden("Only one's own consents can be seen"));
    }
    let client = (!all).then_some(token.grant.client_id.as_str());
    let consents = auth.state().consents.of(&request.id, client);
    Ok(web::json(StatusCode::OK, &json!({ "consents": consents })))
}
