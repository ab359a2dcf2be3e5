//! `/_sandbox/`: looking in and interfering, for tests and for people with `curl`.
//!
//! | request | does |
//! |---|---|
//! | `GET /_sandbox/requests` | lists the requests so far |
//! | `DELETE /_sandbox/requests` | forgets them |
//! | `POST /_sandbox/approve` `{"url": AUTHORIZE_URL, "user"?: NAME}` | allows a login: `{"code", "redirect"}` |
//! | `POST /_sandbox/deny` `{"url": AUTHORIZE_URL}` | denies a login: `{"redirect"}` |
//! | `POST /_sandbox/faults` `{"path", "method"?, "times"?, "delay_ms"?, "status"?, "retry_after"?, "body"?}` | adds a fault; `body` is `"cut"`, `"truncated"`, `"garbage"` or `{"json": …}` |
//! | `DELETE /_sandbox/faults` | removes all faults |
//! | `PUT /_sandbox/groups` `[…]` | makes `my_groups` answer with just this |
//! | `DELETE /_sandbox/groups` | makes it answer from the data again |
//! | `PUT /_sandbox/requirements` `{"session_message"?, "session_required_policies"?, …}` | makes Groups refuse who did not log in with these authorization parameters |
//! | `DELETE /_sandbox/requirements` | makes Groups content again with any login |
//! | `DELETE /_sandbox/consents` | takes every consent back; tokens stay good |
//! | `PUT /_sandbox/settings` `{"refreshes"?, "token_lifetime"?, "id_token"?}` | changes how tokens are given; `refreshes` is `"repeat"`, `"omit"` or `"rotate"`; the lifetime is in seconds; `id_token` is `"fine"` or what is wrong: `"expired"`, `"not_yet_valid"`, `"wrong_audience"`, `"wrong_issuer"`, `"bad_signature"`, `"missing"` |
//! | `POST /_sandbox/expire-access-tokens` | lets every access token be over |
//! | `POST /_sandbox/revoke-all` | takes every token and consent back |

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::decision;
use super::faults::Fault;
use super::grants::Refreshes;
use super::id_token::Spoil;
use super::problem::Refusal;
use super::record::Request;
use super::requirements::Requirements;
use super::state::Shared;

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/requests", get(requests).delete(clear_requests))
        .route("/approve", post(approve))
        .route("/deny", post(deny))
        .route("/faults", post(add_fault).delete(clear_faults))
        .route("/groups", put(set_groups).delete(clear_groups))
        .route("/requirements", put(set_requirements).delete(clear_requirements))
        .route("/consents", delete(withdraw_consents))
        .route("/settings", put(set))
        .route("/expire-access-tokens", post(expire_access_tokens))
        .route("/revoke-all", post(revoke_all))
}

async fn requests(State(shared): State<Arc<Shared>>) -> Json<Vec<Request>> {
    Json(shared.state().record.list())
}

async fn clear_requests(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.state().record.clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approval {
    url: Url,
    user: Option<String>,
}

async fn approve(
    State(shared): State<Arc<Shared>>,
    Json(approval): Json<Approval>,
) -> Result<Json<Value>, Refusal> {
    let approved = decision::approve_url(&shared, &approval.url, approval.user.as_deref())?;
    Ok(Json(json!({ "code": approved.code, "redirect": approved.redirect.as_str() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Denial {
    url: Url,
}

async fn deny(State(shared): State<Arc<Shared>>, Json(denial): Json<Denial>) -> Result<Json<Value>, Refusal> {
    let redirect = decision::deny_url(&shared, &denial.url)?;
    Ok(Json(json!({ "redirect": redirect.as_str() })))
}

async fn add_fault(State(shared): State<Arc<Shared>>, Json(fault): Json<Fault>) -> StatusCode {
    shared.state().faults.push(fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.state().faults.clear();
    StatusCode::NO_CONTENT
}

async fn set_groups(State(shared): State<Arc<Shared>>, Json(groups): Json<Vec<Value>>) -> StatusCode {
    shared.state().my_groups = Some(Value::Array(groups).to_string().into());
    StatusCode::NO_CONTENT
}

async fn clear_groups(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.state().my_groups = None;
    StatusCode::NO_CONTENT
}

async fn set_requirements(
    State(shared): State<Arc<Shared>>,
    Json(parameters): Json<Value>,
) -> Result<StatusCode, Refusal> {
    let requirements = Requirements::read(parameters)
        .map_err(|why| Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", why))?;
    shared.state().requirements = Some(requirements);
    Ok(StatusCode::NO_CONTENT)
}

async fn clear_requirements(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.state().requirements = None;
    StatusCode::NO_CONTENT
}

async fn withdraw_consents(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.state().consents.clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    refreshes: Option<Refreshes>,
    token_lifetime: Option<u64>,
    id_token: Option<Spoil>,
}

async fn set(State(shared): State<Arc<Shared>>, Json(settings): Json<Settings>) -> StatusCode {
    let mut state = shared.state();
    if let Some(refreshes) = settings.refreshes {
        state.refreshes = refreshes;
    }
    if let Some(seconds) = settings.token_lifetime {
        state.token_lifetime = Duration::from_secs(seconds);
    }
    if let Some(spoil) = settings.id_token {
        state.spoil = spoil;
    }
    StatusCode::NO_CONTENT
}

async fn expire_access_tokens(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.state().grants.expire_access_tokens();
    StatusCode::NO_CONTENT
}

async fn revoke_all(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.state().revoke_all();
    StatusCode::NO_CONTENT
}
