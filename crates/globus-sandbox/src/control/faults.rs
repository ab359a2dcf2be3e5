//! Faults on demand: slow, failing and malformed responses.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use globus_loopback::Body;
use globus_loopback::http::header::{CONTENT_LENGTH, HeaderValue, RETRY_AFTER};
use globus_loopback::http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::lock::lock;
use crate::web::{self, Response};

/// Neither JSON nor UTF-8.
const GARBAGE: &[u8] = b"<html>\xff\xfe{\"groups\": [";

/// What goes wrong with the requests to a path, once unless [`times`](Fault::times) says otherwise.
///
/// A path is compared as a whole, without the query, such as `/v2/groups/my_groups`; one that ends in `*` is the
/// beginning of a path. Paths under `/_sandbox/` have no faults.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    path: String,
    #[serde(default)]
    method: Option<String>,
    #[serde(default = "once")]
    times: u32,
    #[serde(default)]
    pub(super) delay_ms: u64,
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    retry_after: Option<String>,
    #[serde(default)]
    body: Option<FaultyBody>,
    #[serde(default)]
    together: Option<u32>,
    #[serde(skip)]
    pub(super) barrier: Option<Arc<Barrier>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FaultyBody {
    /// The connection is closed without a response.
    Cut,
    /// The connection is closed in the middle of the body.
    Truncated,
    /// The body is not JSON, although the content type says so.
    Garbage,
    Json(Value),
    /// Sent as it is, although the content type says JSON.
    Text(String),
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
            together: None,
            barrier: None,
        }
    }

    /// The response has this status and a short JSON body. A number that is no status gives 500.
    #[must_use]
    pub fn status(path: &str, status: u16) -> Self {
        Self { status: Some(status), ..Self::at(path) }
    }

    /// The response has this status and body.
    #[must_use]
    pub fn json(path: &str, status: u16, body: Value) -> Self {
        Self { status: Some(status), body: Some(FaultyBody::Json(body)), ..Self::at(path) }
    }

    /// The response has this status and body, which need not be JSON, although the content type says so.
    #[must_use]
    pub fn text(path: &str, status: u16, body: &str) -> Self {
        Self { status: Some(status), body: Some(FaultyBody::Text(body.to_owned())), ..Self::at(path) }
    }

    /// The response is the usual one, but late.
    #[must_use]
    pub fn delay(path: &str, delay: Duration) -> Self {
        Self { delay_ms: u64::try_from(delay.as_millis()).unwrap_or(u64::MAX), ..Self::at(path) }
    }

    /// The connection is closed without a response.
    #[must_use]
    pub fn cut(path: &str) -> Self {
        Self { body: Some(FaultyBody::Cut), ..Self::at(path) }
    }

    /// The connection is closed in the middle of the body.
    #[must_use]
    pub fn truncated(path: &str) -> Self {
        Self { body: Some(FaultyBody::Truncated), ..Self::at(path) }
    }

    /// The body is not JSON, although the content type says so.
    #[must_use]
    pub fn garbage(path: &str) -> Self {
        Self { body: Some(FaultyBody::Garbage), ..Self::at(path) }
    }

    /// Only requests with this method meet the fault.
    #[must_use]
    pub fn method(self, method: &str) -> Self {
        Self { method: Some(method.to_owned()), ..self }
    }

    /// The fault happens this many times.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// The fault happens to this many requests, and no response comes before all of them are there.
    #[must_use]
    pub fn together(self, requests: u32) -> Self {
        Self { together: Some(requests), ..self }
    }

    /// The response has this `Retry-After`: seconds, or an HTTP date.
    #[must_use]
    pub fn retry_after(self, value: &str) -> Self {
        Self { retry_after: Some(value.to_owned()), ..self }
    }

    fn is_at(&self, path: &str) -> bool {
        match self.path.strip_suffix('*') {
            Some(beginning) => path.starts_with(beginning),
            None => self.path == path,
        }
    }

    /// The response of the fault; `None` if it is the usual one.
    pub(super) fn response(&self) -> Option<Response> {
        let status = self
            .status
            .map(|status| StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        let mut response = match (&self.body, status) {
            (None, None) => return None,
            (Some(FaultyBody::Cut), _) => Response::new(Body::broken(b"")),
            (Some(FaultyBody::Truncated), _) => {
                let mut response = Response::new(Body::broken(b"[{\"id\": \"0"));
                response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("5000"));
                response
            }
            (Some(FaultyBody::Garbage), status) => as_json(status, GARBAGE),
            (Some(FaultyBody::Json(value)), status) => as_json(status, value.to_string()),
            (Some(FaultyBody::Text(text)), status) => as_json(status, text.clone()),
            (None, Some(status)) => {
                let detail = status.canonical_reason().unwrap_or_default();
                web::json(status, &json!({ "code": "FAULT", "detail": detail }))
            }
        };
        if let Some(value) = self.retry_after.as_deref().and_then(|value| value.parse().ok()) {
            response.headers_mut().insert(RETRY_AFTER, value);
        }
        Some(response)
    }
}

/// Any body, with a content type that says JSON.
fn as_json(status: Option<StatusCode>, body: impl Into<Body>) -> Response {
    web::with_body(status.unwrap_or(StatusCode::OK), "application/json", body)
}

/// The faults that have not happened yet, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(crate) fn add(&self, mut fault: Fault) {
        if let Some(requests) = fault.together {
            fault.times = requests;
            fault.barrier = usize::try_from(requests).ok().map(|requests| Arc::new(Barrier::new(requests)));
        }
        lock(&self.0).push(fault);
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }

    /// The first fault that this request meets, which then happens once less.
    pub(super) fn take(&self, method: &Method, path: &str) -> Option<Fault> {
        let meets = |fault: &Fault| {
            fault.times > 0
                && fault.is_at(path)
                && fault.method.as_deref().is_none_or(|name| name.eq_ignore_ascii_case(method.as_str()))
        };
        let mut faults = lock(&self.0);
        let index = faults.iter().position(meets)?;
        let fault = faults.get_mut(index)?;
        fault.times -= 1;
        let taken = fault.clone();
        if fault.times == 0 {
            faults.remove(index);
        }
        Some(taken)
    }
}
