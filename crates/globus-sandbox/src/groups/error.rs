//! The error responses of Globus Groups.

use globus_loopback::http::StatusCode;
use serde_json::{Value, json};

use crate::auth::AuthError;
use crate::web::{self, Response};

#[derive(Debug)]
pub(super) enum GroupsError {
    /// An error as Auth has it; the body is flatter.
    Plain(AuthError),
    /// 422: a parameter of the query has a wrong value.
    Invalid { parameter: &'static str, reason: String },
    /// 403: a login that meets requirements is needed. This is the whole body.
    LoginRequired(Value),
}

impl From<GroupsError> for Response {
    fn from(error: GroupsError) -> Self {
        let AuthError { status, error, description } = match error {
            GroupsError::Plain(error) => error,
            GroupsError::Invalid { parameter, reason } => {
                let wrong = json!({ "loc": ["query", parameter], "msg": reason, "type": "value_error" });
                return web::json(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "detail": [wrong] }));
            }
            GroupsError::LoginRequired(body) => return web::json(StatusCode::FORBIDDEN, &body),
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
        web::json(status, &body)
    }
}

impl From<AuthError> for GroupsError {
    fn from(error: AuthError) -> Self {
        Self::Plain(error)
    }
}
