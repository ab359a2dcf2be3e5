//! The error responses of Globus Auth.

use globus_loopback::http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use crate::web::{self, Rejection, Response};

/// An error response of Globus Auth, which is also one of OAuth
/// ([RFC 6749, section 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)).
#[derive(Debug)]
pub(crate) struct AuthError {
    pub(crate) status: StatusCode,
    /// The error code of OAuth.
    pub(crate) error: &'static str,
    /// What is wrong, for people.
    pub(crate) description: String,
}

impl AuthError {
    pub(crate) fn new(status: StatusCode, error: &'static str, description: impl Into<String>) -> Self {
        Self { status, error, description: description.into() }
    }

    /// 400: a parameter is missing or wrong.
    pub(crate) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// 400: the code or refresh token is not valid.
    pub(super) fn invalid_grant(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_grant", description)
    }

    /// 400: a scope is malformed or unknown.
    pub(super) fn invalid_scope(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_scope", description)
    }

    /// 401: the client is unknown, or did not authenticate.
    pub(super) fn invalid_client(description: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description)
    }

    /// 401: the access token is missing or not valid here.
    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Call must be authenticated")
    }

    /// 403: the access token is valid, but does not allow this.
    pub(crate) fn forbidden(description: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", description)
    }

    /// 404.
    pub(crate) fn not_found(description: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", description)
    }

    /// 500: the sandbox itself failed.
    pub(super) fn server_error(description: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", description)
    }
}

impl From<Rejection> for AuthError {
    fn from(Rejection { status, reason }: Rejection) -> Self {
        Self::new(status, "invalid_request", reason)
    }
}

impl From<AuthError> for Response {
    fn from(error: AuthError) -> Self {
        let body = json!({
            "errors": [{
                "status": error.status.as_str(),
                "id": Uuid::new_v4().to_string(),
                "code": error.error.to_uppercase(),
                "detail": error.description,
                "title": error.status.canonical_reason().unwrap_or_default(),
            }],
            "error": error.error,
            "error_description": error.description,
        });
        web::json(error.status, &body)
    }
}
