//! The requests that a sandbox received.

use std::collections::VecDeque;
use std::sync::Mutex;

use globus_loopback::http::HeaderMap;
use globus_loopback::http::header::AUTHORIZATION;
use serde::Serialize;

use crate::lock::lock;
use crate::web::Request;

/// Only the latest requests are kept, for a sandbox may be served for days.
const CAPACITY: usize = 10_000;

/// Form fields whose values are not recorded.
const SECRETS: [&str; 5] = ["code", "code_verifier", "refresh_token", "token", "client_secret"];

/// A request that a sandbox received, without its secrets.
#[derive(Debug, Clone, Serialize)]
pub struct RecordedRequest {
    /// Such as `GET`.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Without the `?`; empty if there is none.
    pub query: String,
    /// Names in lower case, and values. Of `authorization` the value is only the scheme, such as `Bearer`.
    pub headers: Vec<(String, String)>,
    /// The fields of a form, in their order. The value of a secret is `…`.
    pub form: Vec<(String, String)>,
}

impl RecordedRequest {
    pub(super) fn of(request: &Request) -> Self {
        Self {
            method: request.method().to_string(),
            path: request.path().to_owned(),
            query: request.parts.uri.query().unwrap_or_default().to_owned(),
            headers: headers(request.headers()),
            form: form(&request.body),
        }
    }

    /// The value of a header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of a field of the form.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The latest requests.
#[derive(Debug, Default)]
pub(crate) struct Record {
    requests: Mutex<VecDeque<RecordedRequest>>,
    here: Mutex<Here>,
}

/// How many requests wait for their responses.
#[derive(Debug, Default)]
struct Here {
    now: usize,
    most: usize,
}

/// A request that waits for its response, until it is dropped.
#[derive(Debug)]
pub(crate) struct Waiting<'r>(&'r Record);

impl Record {
    pub(super) fn add(&self, request: RecordedRequest) -> Waiting<'_> {
        let mut requests = lock(&self.requests);
        if requests.len() == CAPACITY {
            requests.pop_front();
        }
        requests.push_back(request);
        let mut here = lock(&self.here);
        here.now += 1;
        here.most = here.most.max(here.now);
        Waiting(self)
    }

    pub(crate) fn list(&self) -> Vec<RecordedRequest> {
        lock(&self.requests).iter().cloned().collect()
    }

    /// The most requests that waited for their responses at once.
    pub(crate) fn most_at_once(&self) -> usize {
        lock(&self.here).most
    }

    pub(crate) fn clear(&self) {
        lock(&self.requests).clear();
        let mut here = lock(&self.here);
        here.most = here.now;
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        lock(&self.0.here).now -= 1;
    }
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            let shown =
                if name == AUTHORIZATION { value.split(' ').next().unwrap_or_default() } else { &value };
            (name.to_string(), shown.to_owned())
        })
        .collect()
}

fn form(body: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body)
        .map(|(name, value)| {
            let shown = if SECRETS.contains(&name.as_ref()) { "…".into() } else { value };
            (name.into_owned(), shown.into_owned())
        })
        .collect()
}
