//! The HTTP server: all services and the control endpoints, on the loopback interface.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

use crate::auth::{self, AuthError};
use crate::control::{self, Control};
use crate::{groups, lists};

/// Serves until the task is aborted.
pub(crate) async fn serve(listener: TcpListener, control: Arc<Control>) {
    // Without a graceful shutdown this returns nothing but `Ok`.
    let _ = axum::serve(listener, router(control)).await;
}

fn router(control: Arc<Control>) -> Router {
    auth::router(Arc::clone(&control.auth))
        .merge(groups::router(Arc::clone(&control.groups)))
        .merge(lists::router(Arc::clone(&control.lists)))
        .fallback(|| async { AuthError::not_found("There is nothing at this path") })
        .layer(middleware::from_fn_with_state(Arc::clone(&control), control::record_and_fail))
        .nest("/_sandbox", control::router(control))
        .layer(DefaultBodyLimit::max(control::LARGEST_BODY))
        .layer(middleware::from_fn(require_local_host))
}

/// Refuses requests that name another host. A foreign web page could otherwise reach the sandbox from a
/// browser, with a host name that resolves to this machine (DNS rebinding).
async fn require_local_host(request: Request, next: Next) -> Response {
    let in_header = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    // HTTP/2 has it in the URI.
    let host = in_header.or(request.uri().authority().map(Authority::as_str)).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if ["127.0.0.1", "localhost", "[::1]"].contains(&name) {
        return next.run(request).await;
    }
    AuthError::forbidden("The sandbox is for this machine only").into_response()
}
