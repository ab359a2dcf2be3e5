//! The token endpoints: exchange, refresh, client credentials, revocation.
//!
//! <https://docs.globus.org/api/auth/reference/#token_endpoints>

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use globus_loopback::http::StatusCode;
use globus_loopback::http::header::{CACHE_CONTROL, HeaderValue};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::authorization_request::AuthorizationRequest;
use super::error::AuthError;
use super::scopes::{self, Scope};
use super::service::{Auth, State};
use super::tokens::{Grant, IssuedToken};
use crate::data::Client;
use crate::web::{self, Parameters, Rejection, Request, Response};

/// `POST /v2/oauth2/token`.
pub(super) fn token(auth: &Auth, request: &Request) -> Result<Response, AuthError> {
    let form = request.form().map_err(|Rejection { reason, .. }| AuthError::invalid_request(reason))?;
    let mut state = auth.state();
    let client = state.clients.authenticate(request.headers(), &form)?.clone();
    let response = match form.required("grant_type")? {
        "authorization_code" => exchange(auth, &mut state, &client, &form)?,
        "refresh_token" => refresh(&mut state, &client, &form)?,
        "client_credentials" => client_credentials(auth, &mut state, &client, &form)?,
        other => {
            let description = format!("The grant type {other} is not supported");
            return Err(AuthError::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", description));
        }
    };
    let mut response = web::json(StatusCode::OK, &response);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn exchange(auth: &Auth, state: &mut State, client: &Client, form: &Parameters) -> Result<Value, AuthError> {
    let lifetime = state.settings.token_lifetime;
    let (request, grant) = state.tokens.redeem_code(form.required("code")?)?;
    if request.client_id != client.id {
        return Err(AuthError::invalid_grant("The authorization code was given to another client"));
    }
    if form.required("redirect_uri")? != request.redirect_uri {
        return Err(AuthError::invalid_grant("redirect_uri is not the one of the login"));
    }
    check_verifier(&request, form)?;
    let issued = state.tokens.issue(&grant, &names(&request.scopes), request.offline, lifetime);
    let mut response = token_response(&issued, lifetime.as_secs());
    response["state"] = request.state.clone().into();
    add_id_token(auth, state, &grant, request.nonce.as_deref(), &issued, &mut response)?;
    Ok(response)
}

fn refresh(state: &mut State, client: &Client, form: &Parameters) -> Result<Value, AuthError> {
    let (policy, lifetime) = (state.settings.refresh_tokens, state.settings.token_lifetime);
    let issued = state.tokens.refresh(form.required("refresh_token")?, &client.id, policy, lifetime)?;
    Ok(token_response(&[issued], lifetime.as_secs()))
}

fn client_credentials(
    auth: &Auth,
    state: &mut State,
    client: &Client,
    form: &Parameters,
) -> Result<Value, AuthError> {
    if client.secret.is_none() {
        let description = "A native client can't act as itself";
        return Err(AuthError::new(StatusCode::BAD_REQUEST, "unauthorized_client", description));
    }
    let scopes = scopes::parse(form.required("scope")?).map_err(AuthError::invalid_scope)?;
    let lifetime = state.settings.token_lifetime;
    let grant = state.tokens.grant_to_client(&client.id);
    // A client that acts as itself needs no consent page: its request is its consent.
    state.consents.give(&client.id, &client.id, &scopes);
    let issued = state.tokens.issue(&grant, &names(&scopes), false, lifetime);
    let mut response = token_response(&issued, lifetime.as_secs());
    add_id_token(auth, state, &grant, None, &issued, &mut response)?;
    Ok(response)
}

/// Adds an ID token if the scopes ask for one.
fn add_id_token(
    auth: &Auth,
    state: &State,
    grant: &Grant,
    nonce: Option<&str>,
    issued: &[IssuedToken],
    response: &mut Value,
) -> Result<(), AuthError> {
    let principal = state.principal(&auth.data, &grant.identity);
    let fault = state.settings.id_token_fault;
    if let Some(token) = auth.id_token(fault, grant, principal.as_ref(), nonce, issued)? {
        response["id_token"] = token.into();
    }
    Ok(())
}

fn names(scopes: &[Scope]) -> Vec<&str> {
    scopes.iter().map(|scope| scope.name.as_str()).collect()
}

/// The verifier must be the one whose hash is the challenge of the login
/// ([RFC 7636, section 4.6](https://www.rfc-editor.org/rfc/rfc7636#section-4.6)).
fn check_verifier(request: &AuthorizationRequest, form: &Parameters) -> Result<(), AuthError> {
    let Some(challenge) = &request.challenge else { return Ok(()) };
    let verifier = form.required("code_verifier")?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"~_.-".contains(&byte);
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(allowed) {
        return Err(AuthError::invalid_request(
            "code_verifier must be 43 to 128 characters of [A-Za-z0-9~_.-]",
        ));
    }
    if URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())) != *challenge {
        return Err(AuthError::invalid_grant("code_verifier does not match the code_challenge of the login"));
    }
    Ok(())
}

/// The first token, with the others in `other_tokens`. `lifetime` is in seconds.
fn token_response(issued: &[IssuedToken], lifetime: u64) -> Value {
    let one = |token: &IssuedToken| {
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

/// `POST /v2/oauth2/token/revoke`. An unknown token is no error
/// ([RFC 7009, section 2.2](https://www.rfc-editor.org/rfc/rfc7009#section-2.2)). A template may revoke the
/// tokens of its instances, as the Globus CLI does when it logs out.
pub(super) fn revoke(auth: &Auth, request: &Request) -> Result<Response, AuthError> {
    let form = request.form()?;
    let mut state = auth.state();
    let client = state.clients.authenticate(request.headers(), &form)?.id.clone();
    let token = form.required("token")?;
    let owner = state.tokens.introspect(token).map(|token| token.info.grant.client_id);
    if owner.is_some_and(|owner| owner == client || state.clients.is_instance(&owner, &client)) {
        state.tokens.revoke(token);
    }
    Ok(web::json(StatusCode::OK, &json!({ "active": false })))
}
