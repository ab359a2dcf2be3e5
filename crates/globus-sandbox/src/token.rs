//! The token endpoint: exchange, refresh, client credentials.
//!
//! <https://docs.globus.org/api/auth/reference/#token_endpoints>

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::data::Client;
use super::grants::{Issued, Parties};
use super::id_token::id_token;
use super::login_request::Request;
use super::problem::Refusal;
use super::scopes::{self, Scope};
use super::state::{Shared, State as Remembered};

/// A form, decoded in order.
pub(super) type Form = axum::Form<Vec<(String, String)>>;

/// `POST /v2/oauth2/token`.
pub(super) async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    form: Result<Form, axum::extract::rejection::FormRejection>,
) -> Result<Response, Refusal> {
    let axum::Form(form) = form.map_err(|error| Refusal::invalid_request(error.body_text()))?;
    let mut state = shared.state();
    let client = state.clients.authenticate(&headers, &form)?.clone();
    let answer = match field(&form, "grant_type")? {
        "authorization_code" => exchange(&shared, &mut state, &client, &form)?,
        "refresh_token" => refresh(&mut state, &client, &form)?,
        "client_credentials" => client_credentials(&shared, &mut state, &client, &form)?,
        other => {
            let description = format!("The grant type {other} is not supported");
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", description));
        }
    };
    Ok(([("cache-control", "no-store")], Json(answer)).into_response())
}

fn exchange(
    shared: &Shared,
    state: &mut Remembered,
    client: &Client,
    form: &[(String, String)],
) -> Result<Value, Refusal> {
    let lifetime = state.token_lifetime;
    let (request, parties) = state.grants.use_code(field(form, "code")?)?;
    if request.client_id != client.id {
        return Err(Refusal::invalid_grant("The authorization code was given to another client"));
    }
    if field(form, "redirect_uri")? != request.redirect_uri {
        return Err(Refusal::invalid_grant("redirect_uri is not the one of the login"));
    }
    check_verifier(&request, form)?;
    let issued = state.grants.issue(&parties, &names(&request.scopes), request.offline, lifetime);
    let mut answer = answer(&issued, lifetime.as_secs());
    answer["state"] = request.state.clone().into();
    identify(shared, state, &parties, request.nonce.as_deref(), &issued, &mut answer)?;
    Ok(answer)
}

/// Adds the identity token, if the scopes ask for one.
fn identify(
    shared: &Shared,
    state: &Remembered,
    parties: &Parties,
    nonce: Option<&str>,
    issued: &[Issued],
    answer: &mut Value,
) -> Result<(), Refusal> {
    let principal = state.principal(&shared.data, &parties.identity);
    if let Some(token) = id_token(shared, state.spoil, parties, principal.as_ref(), nonce, issued)? {
        answer["id_token"] = token.into();
    }
    Ok(())
}

fn names(scopes: &[Scope]) -> Vec<&str> {
    scopes.iter().map(|scope| scope.name.as_str()).collect()
}

/// The verifier must be the one whose hash came with the login
/// ([RFC 7636, section 4.6](https://www.rfc-editor.org/rfc/rfc7636#section-4.6)).
fn check_verifier(request: &Request, form: &[(String, String)]) -> Result<(), Refusal> {
    let Some(challenge) = &request.challenge else { return Ok(()) };
    let verifier = field(form, "code_verifier")?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"~_.-".contains(&byte);
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(allowed) {
        return Err(Refusal::invalid_request(
            "code_verifier must be 43 to 128 characters of [A-Za-z0-9~_.-]",
        ));
    }
    if URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())) != *challenge {
        return Err(Refusal::invalid_grant("code_verifier does not match the code_challenge of the login"));
    }
    Ok(())
}

fn refresh(state: &mut Remembered, client: &Client, form: &[(String, String)]) -> Result<Value, Refusal> {
    let (refreshes, lifetime) = (state.refreshes, state.token_lifetime);
    let issued = state.grants.refresh(field(form, "refresh_token")?, &client.id, refreshes, lifetime)?;
    Ok(answer(&[issued], lifetime.as_secs()))
}

fn client_credentials(
    shared: &Shared,
    state: &mut Remembered,
    client: &Client,
    form: &[(String, String)],
) -> Result<Value, Refusal> {
    if client.secret.is_none() {
        let description = "A native client can't act as itself";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "unauthorized_client", description));
    }
    let scopes = scopes::parse(field(form, "scope")?).map_err(Refusal::invalid_scope)?;
    let lifetime = state.token_lifetime;
    let parties = state.grants.of_client(&client.id);
    // A client has nobody to ask: its consents come with its grant.
    state.consents.give(&client.id, &client.id, &scopes);
    let issued = state.grants.issue(&parties, &names(&scopes), false, lifetime);
    let mut answer = answer(&issued, lifetime.as_secs());
    identify(shared, state, &parties, None, &issued, &mut answer)?;
    Ok(answer)
}

/// The first token, with the others inside.
fn answer(issued: &[Issued], lifetime: u64) -> Value {
    let one = |token: &Issued| {
        let mut value = json!({
            "access_token": token.access_token,
            "scope": token.scope,
            "expires_in": lifetime,
            "token_type": "Bearer",
            "resource_server": token.resource_server,
        });
        if let Some(refresh_token) = &token.refresh_token {
            value["refresh_token"] = refresh_token.as_str().into();
        }
        value
    };
    let mut tokens = issued.iter().map(one);
    let mut first = tokens.next().unwrap_or_default();
    first["other_tokens"] = tokens.collect();
    first
}

/// `POST /v2/oauth2/token/revoke`. An unknown token is no error (RFC 7009, section 2.2). A template may take
/// back what its instances were given; the Globus CLI does when it logs out.
pub(super) async fn revoke(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    axum::Form(form): Form,
) -> Result<Json<Value>, Refusal> {
    let mut state = shared.state();
    let client = state.clients.authenticate(&headers, &form)?.id.clone();
    let token = field(&form, "token")?;
    let owner = state.grants.describe(token).map(|token| token.grant.parties.client_id);
    if owner.is_some_and(|owner| owner == client || state.clients.is_instance(&owner, &client)) {
        state.grants.revoke(token);
    }
    Ok(Json(json!({ "active": false })))
}

/// The value of a field of a form that has to be there.
pub(super) fn field<'f>(form: &'f [(String, String)], name: &str) -> Result<&'f str, Refusal> {
    let value = form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| Refusal::invalid_request(format!("The parameter {name} is missing")))
}
