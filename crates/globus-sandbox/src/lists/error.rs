//! Errors, in the shape of each service.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::endpoints::Service;
use crate::auth::AuthError;

#[derive(Debug)]
pub(super) enum ListError {
    Plain {
        service: Service,
        path: String,
        status: StatusCode,
        message: String,
    },
    /// 403: a login that meets requirements is needed. This is the whole body.
    LoginRequired(Value),
}

impl ListError {
    pub(super) fn of(error: AuthError, service: Service, path: &str) -> Self {
        let AuthError { status, description, .. } = error;
        Self::Plain { service, path: path.to_owned(), status, message: description }
    }
}

impl IntoResponse for ListError {
    fn into_response(self) -> Response {
        let (service, path, status, message) = match self {
            Self::Plain { service, path, status, message } => (service, path, status, message),
            Self::LoginRequired(body) => return (StatusCode::FORBIDDEN, Json(body)).into_response(),
        };
        let code = match status {
            StatusCode::UNAUTHORIZED => "AuthenticationFailed",
            StatusCode::FORBIDDEN => "PermissionDenied",
            StatusCode::NOT_FOUND => "NotFound",
            _ => "BadRequest",
        };
        let body = match service {
            Service::Transfer => {
                let code = if code == "AuthenticationFailed" {
                    code.to_owned()
                } else {
                    format!("ClientError.{code}")
                };
                json!({ "code": code, "message": message, "request_id": "sandbox01", "resource": path })
            }
            Service::Search => json!({
                "@datatype": "GError", "@version": "2017-09-01", "status": status.as_u16(),
                "code": format!("{code}.Generic"), "message": message, "request_id": "sandbox01",
            }),
            Service::Flows | Service::Timers => {
                json!({ "error": { "code": code.to_uppercase(), "detail": message, "status": status.as_u16() } })
            }
            Service::Compute => json!({
                "status": "Failed", "code": 1, "reason": message, "error_args": [], "http_status_code": status.as_u16(),
            }),
        };
        (status, Json(body)).into_response()
    }
}
