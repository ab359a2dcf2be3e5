//! The control endpoints.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::faults::Fault;
use super::record::RecordedRequest;
use super::service::Control;
use crate::auth::{AuthError, IdTokenFault, RefreshTokenPolicy, Requirements};
use crate::lists::{Service, is_served};

pub(crate) fn router(control: Arc<Control>) -> Router {
    Router::new()
        .route("/requests", get(requests).delete(clear_requests))
        .route("/requests/most-at-once", get(most_at_once))
        .route("/approve", post(approve))
        .route("/deny", post(deny))
        .route("/faults", post(add_fault).delete(clear_faults))
        .route("/groups", put(set_groups).delete(clear_groups))
        .route("/lists", put(set_list).delete(clear_lists))
        .route("/requirements", put(set_requirements).delete(clear_requirements))
        .route("/requirements/{service}", put(set_requirements_of))
        .route("/consents", delete(revoke_consents))
        .route("/settings", put(set))
        .route("/expire-access-tokens", post(expire_access_tokens))
        .route("/revoke-all", post(revoke_all))
        .with_state(control)
}

async fn requests(State(control): State<Arc<Control>>) -> Json<Vec<RecordedRequest>> {
    Json(control.requests.list())
}

async fn most_at_once(State(control): State<Arc<Control>>) -> Json<usize> {
    Json(control.requests.most_at_once())
}

async fn clear_requests(State(control): State<Arc<Control>>) -> StatusCode {
    control.requests.clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approve {
    url: Url,
    user: Option<String>,
}

async fn approve(
    State(control): State<Arc<Control>>,
    Json(Approve { url, user }): Json<Approve>,
) -> Result<Json<Value>, AuthError> {
    let approval = control.auth.approve_url(&url, user.as_deref())?;
    Ok(Json(json!({ "code": approval.code, "redirect": approval.redirect.as_str() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deny {
    url: Url,
}

async fn deny(
    State(control): State<Arc<Control>>,
    Json(Deny { url }): Json<Deny>,
) -> Result<Json<Value>, AuthError> {
    let redirect = control.auth.deny_url(&url)?;
    Ok(Json(json!({ "redirect": redirect.as_str() })))
}

async fn add_fault(State(control): State<Arc<Control>>, Json(fault): Json<Fault>) -> StatusCode {
    control.faults.add(fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(control): State<Arc<Control>>) -> StatusCode {
    control.faults.clear();
    StatusCode::NO_CONTENT
}

async fn set_groups(State(control): State<Arc<Control>>, Json(groups): Json<Vec<Value>>) -> StatusCode {
    control.groups.set_my_groups(Some(groups));
    StatusCode::NO_CONTENT
}

async fn clear_groups(State(control): State<Arc<Control>>) -> StatusCode {
    control.groups.set_my_groups(None);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    path: String,
    rows: Vec<Value>,
    /// The most rows of a page.
    page: Option<usize>,
}

async fn set_list(
    State(control): State<Arc<Control>>,
    Json(List { path, rows, page }): Json<List>,
) -> Result<StatusCode, AuthError> {
    if !is_served(&path) || page == Some(0) {
        let why = "no list is served at this path, or a page has no row";
        return Err(AuthError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", why));
    }
    control.lists.set(path, &rows, page);
    Ok(StatusCode::NO_CONTENT)
}

async fn clear_lists(State(control): State<Arc<Control>>) -> StatusCode {
    control.lists.clear();
    StatusCode::NO_CONTENT
}

async fn set_requirements_of(
    State(control): State<Arc<Control>>,
    Path(service): Path<String>,
    Json(parameters): Json<Value>,
) -> Result<StatusCode, AuthError> {
    let service = Service::named(&service).ok_or_else(|| AuthError::not_found("There is no such service"))?;
    control.lists.set_requirements(service, read(parameters)?);
    Ok(StatusCode::NO_CONTENT)
}

fn read(parameters: Value) -> Result<Requirements, AuthError> {
    Requirements::read(parameters)
        .map_err(|why| AuthError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", why))
}

async fn set_requirements(
    State(control): State<Arc<Control>>,
    Json(parameters): Json<Value>,
) -> Result<StatusCode, AuthError> {
    control.groups.set_requirements(Some(read(parameters)?));
    Ok(StatusCode::NO_CONTENT)
}

async fn clear_requirements(State(control): State<Arc<Control>>) -> StatusCode {
    control.groups.set_requirements(None);
    control.lists.clear_requirements();
    StatusCode::NO_CONTENT
}

async fn revoke_consents(State(control): State<Arc<Control>>) -> StatusCode {
    control.auth.revoke_consents();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    refreshes: Option<RefreshTokenPolicy>,
    /// In seconds.
    token_lifetime: Option<u64>,
    id_token: Option<IdTokenFault>,
}

async fn set(State(control): State<Arc<Control>>, Json(changes): Json<Changes>) -> StatusCode {
    control.auth.change_settings(|settings| {
        if let Some(policy) = changes.refreshes {
            settings.refresh_tokens = policy;
        }
        if let Some(seconds) = changes.token_lifetime {
            settings.token_lifetime = Duration::from_secs(seconds);
        }
        if let Some(fault) = changes.id_token {
            settings.id_token_fault = fault;
        }
    });
    StatusCode::NO_CONTENT
}

async fn expire_access_tokens(State(control): State<Arc<Control>>) -> StatusCode {
    control.auth.expire_access_tokens();
    StatusCode::NO_CONTENT
}

async fn revoke_all(State(control): State<Arc<Control>>) -> StatusCode {
    control.auth.revoke_all();
    StatusCode::NO_CONTENT
}
