//! Faults on demand: what a service or the network does on a bad day.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{self, Broken};

/// Something that goes wrong, for a path, some times.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    path: String,
    #[serde(default)]
    method: Option<String>,
    #[serde(default = "once")]
    times: u32,
    #[serde(default)]
    delay_ms: u64,
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    retry_after: Option<String>,
    #[serde(default)]
    body: Option<Trouble>,
}

/// What is wrong with the body.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Trouble {
    /// The connection ends without an answer.
    Cut,
    /// The answer ends in its middle.
    Truncated,
    /// The answer is not JSON.
    Garbage,
    /// The answer is this.
    Json(Value),
}

fn once() -> u32 {
    1
}

impl Fault {
    fn at(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            method: None,
            times: 1,
            delay_ms: 0,
            status: None,
            retry_after: None,
            body: None,
        }
    }

    /// The path answers with this status.
    #[must_use]
    pub fn status(path: &str, status: u16) -> Self {
        Self { status: Some(status), ..Self::at(path) }
    }

    /// The path answers with this status and body.
    #[must_use]
    pub fn json(path: &str, status: u16, body: Value) -> Self {
        Self { status: Some(status), body: Some(Trouble::Json(body)), ..Self::at(path) }
    }

    /// The path answers as usual, but late.
    #[must_use]
    pub fn delay(path: &str, delay: Duration) -> Self {
        Self { delay_ms: u64::try_from(delay.as_millis()).unwrap_or(u64::MAX), ..Self::at(path) }
    }

    /// The connection ends without an answer.
    #[must_use]
    pub fn cut(path: &str) -> Self {
        Self { body: Some(Trouble::Cut), ..Self::at(path) }
    }

    /// The answer ends in its middle.
    #[must_use]
    pub fn truncated(path: &str) -> Self {
        Self { body: Some(Trouble::Truncated), ..Self::at(path) }
    }

    /// The answer is not JSON.
    #[must_use]
    pub fn garbage(path: &str) -> Self {
        Self { body: Some(Trouble::Garbage), ..Self::at(path) }
    }

    /// It happens this often, not once.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// The answer has this `Retry-After`.
    #[must_use]
    pub fn retry_after(self, value: &str) -> Self {
        Self { retry_after: Some(value.to_owned()), ..self }
    }

    pub(super) fn delay_of(&self) -> Duration {
        Duration::from_millis(self.delay_ms)
    }

    /// The answer in the place of the usual one; `None` when the usual one is just late.
    pub(super) fn answer(&self) -> Option<Response> {
        let status = self
            .status
            .map(|status| StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        let mut response = match (&self.body, status) {
            (None, None) => return None,
            (Some(Trouble::Cut), _) => Response::new(Body::new(Broken::at_once())),
            (Some(Trouble::Truncated), _) => {
                let mut response = Response::new(Body::new(Broken::after(b"[{\"id\": \"0")));
                response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("5000"));
                response
            }
            (Some(Trouble::Garbage), status) => {
                (status.unwrap_or(StatusCode::OK), body::GARBAGE).into_response()
            }
            (Some(Trouble::Json(value)), status) => {
                (status.unwrap_or(StatusCode::OK), axum::Json(value.clone())).into_response()
            }
            (None, Some(status)) => {
                let words = status.canonical_reason().unwrap_or_default();
                (status, axum::Json(json!({ "code": "FAULT", "detail": words }))).into_response()
            }
        };
        if matches!(self.body, Some(Trouble::Garbage)) {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(value) = self.retry_after.as_deref().and_then(|value| value.parse().ok()) {
            response.headers_mut().insert(RETRY_AFTER, value);
        }
        Some(response)
    }
}

/// The faults that are still to happen, in order.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault that this request meets, counted down.
    pub(super) fn take(&mut self, method: &Method, path: &str) -> Option<Fault> {
        let meets = |fault: &Fault| {
            fault.times > 0
                && fault.path == path
                && fault.method.as_deref().is_none_or(|name| name.eq_ignore_ascii_case(method.as_str()))
        };
        let index = self.0.iter().position(meets)?;
        let fault = self.0.get_mut(index)?;
        fault.times -= 1;
        let taken = fault.clone();
        if fault.times == 0 {
            self.0.remove(index);
        }
        Some(taken)
    }
}
