//! What happens to every request to a service before it gets there.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::record::RecordedRequest;
use super::service::Control;

/// In bytes: more than any client sends, and enough for a test that sets many groups.
pub(crate) const LARGEST_BODY: usize = 256 * 1024 * 1024;

/// Records the request. If it meets a fault, that is the response.
pub(crate) async fn record_and_fail(
    State(control): State<Arc<Control>>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "The request is too large").into_response();
    };
    let _here = control.requests.add(RecordedRequest::of(&parts, &body));
    if let Some(fault) = control.faults.take(&parts.method, parts.uri.path()) {
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
        if let Some(barrier) = &fault.barrier {
            barrier.wait().await;
        }
        if let Some(response) = fault.response() {
            return response;
        }
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}
