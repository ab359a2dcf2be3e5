//! Refusals, with the bodies of the real services.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

/// A refusal of Globus Auth, which is also one of OAuth (RFC 6749, section 5.2).
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// The error code of OAuth.
    pub(super) error: &'static str,
    /// What is wrong, for people.
    pub(super) description: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, error: &'static str, description: impl Into<String>) -> Self {
        Self { status, error, description: description.into() }
    }

    /// 400: the request itself is wrong.
    pub(super) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// 400: the code or token is not good.
    pub(super) fn invalid_grant(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_grant", description)
    }

    /// 400: the scopes are not good.
    pub(super) fn invalid_scope(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_scope", description)
    }

    /// 401: the client is not known, or did not prove itself.
    pub(super) fn invalid_client(description: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description)
    }

    /// 401: no access token, or one that is not good.
    pub(super) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Call must be authenticated")
    }

    /// 403: the access token is good, but not for this.
    pub(super) fn forbidden(description: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", description)
    }

    /// 404.
    pub(super) fn not_found(description: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", description)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let code = self.error.to_uppercase();
        let title = self.status.canonical_reason().unwrap_or_default();
        let body = json!({
            "errors": [{
                "status": self.status.as_str(),
                "id": Uuid::new_v4().to_string(),
                "code": code,
                "detail": self.description,
                "title": title,
            }],
            "error": self.error,
            "error_description": self.description,
        });
        (self.status, Json(body)).into_response()
    }
}

/// A refusal of Globus Groups.
#[derive(Debug)]
pub(super) enum GroupsRefusal {
    /// An ordinary one; its body is flatter than those of Auth.
    Plain(Refusal),
    /// 403: another login would help. This is the whole body.
    LoginAgain(Value),
}

impl IntoResponse for GroupsRefusal {
    fn into_response(self) -> Response {
        let Refusal { status, error, description } = match self {
            Self::Plain(refusal) => refusal,
            Self::LoginAgain(body) => return (StatusCode::FORBIDDEN, Json(body)).into_response(),
        };
        let code = match status {
            StatusCode::UNAUTHORIZED => "UNAUTHORIZED",
            StatusCode::FORBIDDEN => "FORBIDDEN",
            StatusCode::NOT_FOUND => "GROUP_NOT_FOUND",
            _ => error,
        };
        let body = json!({
            "error": { "code": code, "detail": description },
            "errors": [{ "code": code, "detail": description, "status": status.as_u16() }],
            "code": code,
            "detail": description,
        });
        (status, Json(body)).into_response()
    }
}

impl From<Refusal> for GroupsRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::Plain(refusal)
    }
}
