//! The HTTP server: all services and the control endpoints, on the loopback interface.

use std::sync::Arc;

use globus_loopback::http::StatusCode;
use globus_loopback::http::header::HOST;
use globus_loopback::http::uri::Authority;
use globus_loopback::{Handler, TooLarge, handler, read};

use crate::auth::{self, AuthError};
use crate::control::{self, Control};
use crate::web::{Request, Response, text};
use crate::{groups, lists};

/// In bytes: more than any client sends, and enough for a test that sets many groups.
const LARGEST_BODY: usize = 256 * 1024 * 1024;

/// What responds to the requests of clients.
pub(crate) fn responder(control: Arc<Control>) -> Handler {
    handler(move |request| respond(Arc::clone(&control), request))
}

async fn respond(control: Arc<Control>, request: globus_loopback::Request) -> Response {
    let (parts, body) = request.into_parts();
    let in_header = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = in_header.or(parts.uri.authority().map(Authority::as_str)).unwrap_or_default();
    if !is_local(host) {
        return AuthError::forbidden("The sandbox is for this machine only").into();
    }
    let body = match read(body, LARGEST_BODY).await {
        Ok(body) => body,
        Err(TooLarge) => return text(StatusCode::PAYLOAD_TOO_LARGE, "The request is too large"),
    };
    let mut request = Request::new(parts, body);
    let nothing = || AuthError::not_found("There is nothing at this path").into();
    if request.path().starts_with("/_sandbox/") {
        return control::respond(&control, &mut request).unwrap_or_else(nothing);
    }
    let _waiting = control.record(&request);
    if let Some(response) = control.fail(&request).await {
        return response;
    }
    auth::respond(&control.auth, &mut request)
        .or_else(|| groups::respond(&control.groups, &mut request))
        .or_else(|| lists::respond(&control.lists, &request))
        .unwrap_or_else(nothing)
}

/// Whether a host is this machine. A foreign web page could otherwise reach the sandbox from a browser, with a host name that
/// resolves to this machine (DNS rebinding).
fn is_local(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    ["127.0.0.1", "localhost", "[::1]"].contains(&name)
}
