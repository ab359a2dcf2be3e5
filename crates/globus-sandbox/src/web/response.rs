//! Responses.

use globus_loopback::Body;
use globus_loopback::http::StatusCode;
use globus_loopback::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use serde::Serialize;

use super::Response;

/// A response with a body of this content type.
pub(crate) fn with_body(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    with_header(status, CONTENT_TYPE, HeaderValue::from_static(kind), body.into())
}

fn with_header(status: StatusCode, name: HeaderName, value: HeaderValue, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(name, value);
    response
}

/// A response without a body.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => with_body(status, "application/json", body),
        Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

pub(crate) fn html(status: StatusCode, page: String) -> Response {
    with_body(status, "text/html; charset=utf-8", page)
}

pub(crate) fn text(status: StatusCode, text: impl Into<Body>) -> Response {
    with_body(status, "text/plain; charset=utf-8", text)
}

/// Sends a browser elsewhere with a GET request.
pub(crate) fn redirect(url: &url::Url) -> Response {
    match HeaderValue::from_str(url.as_str()) {
        Ok(url) => with_header(StatusCode::SEE_OTHER, LOCATION, url, Body::empty()),
        Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}
