//! Instances of native clients: each installation of the Globus CLI is a confidential client of its own,
//! created from the CLI's native client, its template.
//!
//! <https://docs.globus.org/api/auth/reference/#create_client>

use globus_loopback::http::StatusCode;
use globus_loopback::http::header::AUTHORIZATION;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::error::AuthError;
use super::secret;
use super::service::Auth;
use crate::data::Client;
use crate::web::{self, Parameters, Rejection, Request, Response};

/// The body of a request for a new client.
#[derive(Debug, Deserialize)]
struct NewClient {
    client: NewInstance,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewInstance {
    template_id: String,
    name: String,
}

/// `POST /v2/api/clients` with a `template_id`: the only kind of client that needs no project and no login.
pub(super) fn create(auth: &Auth, request: &Request) -> Result<Response, AuthError> {
    if request.headers().contains_key(AUTHORIZATION) {
        return Err(AuthError::forbidden("Clients of a project can't be made here"));
    }
    let NewClient { client: NewInstance { template_id, name } } =
        request.json().map_err(|Rejection { reason, .. }| AuthError::invalid_request(reason))?;
    if name.trim().is_empty() || name.contains(['\n', '\r']) {
        return Err(AuthError::invalid_request("The name of a client is one line of text"));
    }
    let mut state = auth.state();
    if state.clients.get(&template_id).is_none_or(|template| template.secret.is_some()) {
        return Err(AuthError::forbidden("template_id is not that of a native client"));
    }
    let id = Uuid::new_v4().to_string();
    let secret = secret::random();
    let client = Client { template: Some(template_id), ..Client::confidential(&id, &name, &secret) };
    let response = json!({
        "client": document(&client),
        "included": { "client_credential": {
            "id": Uuid::new_v4().to_string(),
            "client": id,
            "name": "Auto-created at client creation",
            "secret": secret,
        } },
    });
    state.clients.add(client);
    Ok(web::json(StatusCode::CREATED, &response))
}

/// `DELETE /v2/api/clients/{id}` by that client itself. It also revokes all it was granted.
pub(super) fn delete(auth: &Auth, request: &Request) -> Result<Response, AuthError> {
    let mut state = auth.state();
    let client = state.clients.authenticate(request.headers(), &Parameters::default())?;
    if client.id != request.id || client.template.is_none() {
        return Err(AuthError::forbidden(
            "An instance of a native client can delete itself, and no other client can be deleted here",
        ));
    }
    let response = json!({ "client": document(client) });
    state.delete_client(&request.id);
    Ok(web::json(StatusCode::OK, &response))
}

/// A client as the service describes it.
fn document(client: &Client) -> Value {
    json!({
        "id": client.id,
        "name": client.name,
        "client_type": "confidential_client",
        "public_client": false,
        "parent_client": client.template,
        "project": null,
        "visibility": "private",
        "grant_types": ["authorization_code", "client_credentials", "refresh_token"],
        "redirect_uris": client.redirect_uris,
        "scopes": [],
        "fqdns": [],
        "links": { "privacy_policy": null, "terms_and_conditions": null },
        "preselect_idp": null,
        "required_idp": null,
        "prompt_for_named_grant": false,
        "userinfo_from_effective_identity": true,
    })
}
