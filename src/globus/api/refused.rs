//! A request that a service refused.

use serde_json::{Map, Value};

use crate::Error;
use crate::globus::http::Response;

/// The service refused the request with a status that no new login cures, such as 403 or 404.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub status: u16,
    /// The service's own message: one line, short, without control characters.
    pub message: String,
    /// The name of the service.
    service: String,
}

impl Refused {
    pub(super) fn new(service: &str, response: &Response) -> Self {
        let message = match &response.redirect {
            Some(host) => format!("it redirects to {host}, where no token is sent"),
            None => message_of(&response.body),
        };
        Self { status: response.status.as_u16(), message, service: service.to_owned() }
    }

    /// Whether the service itself answered: it sends a JSON object. A page of HTML is from a proxy, and says nothing about what
    /// was requested.
    pub(super) fn is_from_service(response: &Response) -> bool {
        response.redirect.is_some() || serde_json::from_slice::<Map<String, Value>>(&response.body).is_ok()
    }

    /// The error if something else than the service answered.
    pub(super) fn into_foreign(self) -> Error {
        self.into_error()
            .help("the response is not JSON, so a proxy may have sent it: run it again, with -vv")
    }

    pub fn into_error(self) -> Error {
        let Self { status, message, service } = self;
        Error::failed(format!("{service} refused the request with status {status}")).because(message)
    }
}

/// The service's own message about an error, in any of the shapes that Globus services use.
pub(super) fn message_of(body: &[u8]) -> String {
    const MAX_CHARS: usize = 300;
    let parsed: Value = serde_json::from_slice(body).unwrap_or_default();
    let (first, inner) = (&parsed["errors"][0], &parsed["error"]);
    let message = [
        &first["detail"],
        &first["title"],
        &first["message"],
        // Flows and Timers.
        &inner["detail"],
        &inner["message"],
        &parsed["detail"],
        // Transfer and Search.
        &parsed["message"],
        &parsed["error_description"],
        &parsed["reason"],
        &inner["code"],
        &parsed["code"],
        inner,
    ]
    .into_iter()
    .find_map(Value::as_str)
    .map_or_else(|| String::from_utf8_lossy(body).into_owned(), str::to_owned);
    let message: String =
        message.chars().filter(|character| !character.is_control()).take(MAX_CHARS).collect();
    if message.is_empty() { "the response gives no reason".to_owned() } else { message }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::message_of;

    #[test]
    fn each_service_has_its_own_shape_of_errors() {
        for (body, message) in [
            // Auth, Groups
            (
                json!({"errors": [{"status": "404", "title": "Not Found", "detail": "no such"}], "error": "x"}),
                "no such",
            ),
            (json!({"code": "FORBIDDEN", "detail": "not a member", "meta": {}}), "not a member"),
            // Transfer
            (
                json!({"code": "ClientError.NotFound", "message": "No such endpoint", "request_id": "x", "resource": "/e"}),
                "No such endpoint",
            ),
            // Search
            (
                json!({"@datatype": "GError", "status": 400, "code": "BadRequest.Generic", "message": "bad q"}),
                "bad q",
            ),
            // Flows, Timers
            (json!({"error": {"code": "FORBIDDEN", "detail": "no flow", "status": 403}}), "no flow"),
            (json!({"error": {"code": "ERROR", "detail": [{"loc": ["a"]}], "status": 422}}), "ERROR"),
            // Compute
            (
                json!({"status": "Failed", "code": 1, "reason": "no endpoint", "http_status_code": 404}),
                "no endpoint",
            ),
            (json!({"error": "invalid_grant", "error_description": "gone"}), "gone"),
            (json!({"error": "invalid_grant"}), "invalid_grant"),
            (json!({"detail": "a\u{1b}b\nc"}), "abc"),
            (json!({"detail": ""}), "the response gives no reason"),
        ] {
            assert_eq!(message_of(body.to_string().as_bytes()), message);
        }
        assert_eq!(message_of(b""), "the response gives no reason");
        assert_eq!(message_of(b"<html>"), "<html>");
    }
}
