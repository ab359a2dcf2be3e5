//! The error responses of Globus Groups.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::auth::AuthError;

#[derive(Debug)]
pub(super) enum GroupsError {
    /// An error as Auth has it; the body is flatter.
    Plain(AuthError),
    /// 422: a parameter of the query has a wrong value.
    Invalid { parameter: &'static str, reason: String },
    /// 403: a login that meets requirements is needed. This is the whole body.
    LoginRequired(Value),
}

impl IntoResponse for GroupsError {
    fn into_response(self) -> Response {
        let AuthError { status, error, description } = match self {
            Self::Plain(error) => error,
            Self::Invalid { parameter, reason } => {
                let wrong = json!({ "loc": ["query", parameter], "msg": reason, "type": "value_error" });
                return (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "detail": [wrong] })))
                    .into_response();
            }
            Self::LoginRequired(body) => return (StatusCode::FORBIDDEN, Json(body)).into_response(),
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

impl From<AuthError> for GroupsError {
    fn from(error: AuthError) -> Self {
        Self::Plain(error)
    }
}
