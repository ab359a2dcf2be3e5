//! Errors, in the shape of each service.

use globus_loopback::http::StatusCode;
use serde_json::{Value, json};

use super::endpoints::Service;
use crate::auth::AuthError;
use crate::web::{self, Response};

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

impl From<ListError> for Response {
    fn from(error: ListError) -> Self {
        let (service, path, status, message) = match error {
            ListError::Plain { service, path, status, message } => (service, path, status, message),
            ListError::LoginRequired(body) => return web::json(StatusCode::FORBIDDEN, &body),
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
        web::json(status, &body)
    }
}
