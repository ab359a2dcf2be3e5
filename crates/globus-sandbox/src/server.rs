//! The routes, and what happens to every request before it gets to one.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use tokio::net::TcpListener;

use super::problem::Refusal;
use super::record;
use super::state::Shared;
use super::{accounts, authorize, control, groups, instances, introspection, token};

/// More than any client sends; a test may set many groups.
const LARGEST_BODY: usize = 256 * 1024 * 1024;

/// Serves until the task is aborted.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    // It only returns when it is told to, which nobody does here.
    let _ = axum::serve(listener, router(shared)).await;
}

fn router(shared: Arc<Shared>) -> Router {
    let auth = Router::new()
        .route("/v2/oauth2/authorize", get(authorize::page).post(authorize::decide))
        .route("/v2/web/auth-code", get(authorize::code_page))
        .route("/v2/oauth2/token", post(token::token))
        .route("/v2/oauth2/token/revoke", post(token::revoke))
        .route("/v2/oauth2/token/introspect", post(introspection::introspect))
        .route("/v2/oauth2/token/validate", post(introspection::validate))
        .route("/v2/api/clients", post(instances::create))
        .route("/v2/api/clients/{id}", delete(instances::delete))
        .route("/v2/oauth2/userinfo", get(accounts::userinfo).post(accounts::userinfo))
        .route("/.well-known/openid-configuration", get(accounts::openid_configuration))
        .route("/jwk.json", get(accounts::jwks))
        .route("/v2/api/identities", get(accounts::identities))
        .route("/v2/api/identities/{id}/consents", get(accounts::consents));
    let groups = Router::new()
        .route("/v2/groups/my_groups", get(groups::my_groups))
        .route("/v2/groups/{id}", get(groups::group))
        .route("/v2/groups/{id}/policies", get(groups::group_policies))
        .route("/v2/groups/{id}/membership_fields", get(groups::membership_fields))
        .route("/v2/preferences", get(groups::preferences))
        .route("/v2/subscription_info/{id}", get(groups::subscription_info));
    auth.merge(groups)
        .fallback(|| async { Refusal::not_found("There is nothing at this path") })
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), record_and_fail))
        .nest("/_sandbox", control::router())
        .layer(axum::extract::DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn(only_for_this_machine))
        .with_state(shared)
}

/// A page of somebody else's may name this machine with a host name of its own (DNS rebinding); its requests
/// come with that name.
async fn only_for_this_machine(request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if ["127.0.0.1", "localhost", "[::1]"].contains(&name) {
        return next.run(request).await;
    }
    Refusal::forbidden("The sandbox is for this machine only").into_response()
}

async fn record_and_fail(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "The request is too large").into_response();
    };
    let fault = {
        let mut state = shared.state();
        state.record.add(record::Request {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: record::headers(&parts.headers),
            form: record::form(&body),
        });
        state.faults.take(&parts.method, parts.uri.path())
    };
    if let Some(fault) = fault {
        tokio::time::sleep(fault.delay_of()).await;
        if let Some(answer) = fault.answer() {
            return answer;
        }
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}
