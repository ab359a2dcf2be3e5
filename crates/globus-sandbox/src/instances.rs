//! Instances of native clients: each installation of the Globus CLI is a confidential client of its own,
//! made from the CLI's native client, its template.
//!
//! <https://docs.globus.org/api/auth/reference/#create_client>

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::data::Client;
use super::problem::Refusal;
use super::state::{Shared, random_secret};

/// The envelope of a client that is to be.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope {
    client: Wanted,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    template_id: String,
    name: String,
}

/// `POST /v2/api/clients` with a `template_id`: the one kind of client that needs no project, and nobody to
/// be logged in.
pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Result<Json<Envelope>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    if headers.contains_key(AUTHORIZATION) {
        return Err(Refusal::forbidden("Clients of a project can't be made here"));
    }
    let Json(Envelope { client: Wanted { template_id, name } }) =
        body.map_err(|error| Refusal::invalid_request(error.body_text()))?;
    if name.trim().is_empty() || name.contains(['\n', '\r']) {
        return Err(Refusal::invalid_request("The name of a client is one line of text"));
    }
    let mut state = shared.state();
    if state.clients.get(&template_id).is_none_or(|template| template.secret.is_some()) {
        return Err(Refusal::forbidden("template_id is not that of a native client"));
    }
    let id = Uuid::new_v4().to_string();
    let secret = random_secret();
    let client = Client { template: Some(template_id), ..Client::confidential(&id, &name, &secret) };
    let answer = json!({
        "client": document(&client),
        "included": { "client_credential": {
            "id": Uuid::new_v4().to_string(),
            "client": id,
            "name": "Auto-created at client creation",
            "secret": secret,
        } },
    });
    state.clients.add(client);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `DELETE /v2/api/clients/{id}`, by that client itself: it ends, and so does all it was granted.
pub(super) async fn delete(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let mut state = shared.state();
    let client = state.clients.authenticate(&headers, &[])?;
    if client.id != id || client.template.is_none() {
        return Err(Refusal::forbidden("Only an instance of a native client can be deleted here, by itself"));
    }
    let answer = json!({ "client": document(client) });
    state.forget_client(&id);
    Ok(Json(answer))
}

/// A client as the service shows it.
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
