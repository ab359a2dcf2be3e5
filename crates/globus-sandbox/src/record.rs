//! The requests a sandbox got.

use std::collections::VecDeque;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use serde::Serialize;

/// A sandbox that is served for days keeps the latest.
const MOST: usize = 10_000;

/// A request as it came, without what it proved itself with.
#[derive(Debug, Clone, Serialize)]
pub struct Request {
    /// Such as `GET`.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Without the `?`; empty if there is none.
    pub query: String,
    /// By name in lower case. Of `authorization` only the scheme is kept.
    pub headers: Vec<(String, String)>,
    /// The names of the fields of a form, in order, and the values of those that are no secret.
    pub form: Vec<(String, String)>,
}

impl Request {
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
pub(super) struct Record(VecDeque<Request>);

impl Record {
    pub(super) fn add(&mut self, request: Request) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(request);
    }

    pub(super) fn list(&self) -> Vec<Request> {
        self.0.iter().cloned().collect()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

pub(super) fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
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

pub(super) fn form(body: &[u8]) -> Vec<(String, String)> {
    const SECRET: [&str; 5] = ["code", "code_verifier", "refresh_token", "token", "client_secret"];
    url::form_urlencoded::parse(body)
        .map(|(name, value)| {
            let shown = if SECRET.contains(&name.as_ref()) { "…".into() } else { value };
            (name.into_owned(), shown.into_owned())
        })
        .collect()
}
