//! An HTTP request to a service.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderValue;
use secrecy::SecretString;
use url::Url;

use crate::terminal::signals::ShutdownGuard;

#[derive(Debug)]
pub struct Request<'a> {
    /// The name of the service in messages.
    pub service: &'a str,
    pub method: Method,
    /// Messages may show it, so it holds no secret.
    pub url: Url,
    /// Sent as `Authorization: Bearer`.
    pub bearer: Option<&'a SecretString>,
    /// Sent as `Authorization`; for clients that authenticate themselves.
    pub authorization: Option<HeaderValue>,
    /// What it sends.
    pub content: Option<Content>,
    /// A response with more bytes is an error.
    pub limit: usize,
    /// The time for all tries together, if that is less than the options allow.
    pub deadline: Option<Duration>,
    /// Whether it may be sent again if the connection failed after it was sent: the service may have acted on it. A
    /// transient status is retried all the same.
    pub idempotent: bool,
    /// Delays an interruption while a try is under way, and not while the next one is waited for.
    pub guard: Option<&'a ShutdownGuard>,
}

/// The body of a request, already encoded.
#[derive(Debug, Clone)]
pub enum Content {
    Form(Vec<u8>),
    Json(Vec<u8>),
}

impl Content {
    pub(super) fn media_type(&self) -> &'static str {
        match self {
            Self::Form(_) => "application/x-www-form-urlencoded",
            Self::Json(_) => "application/json",
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Form(bytes) | Self::Json(bytes) => bytes,
        }
    }
}

impl<'a> Request<'a> {
    /// An unauthenticated GET request.
    pub fn get(service: &'a str, url: Url, limit: usize) -> Self {
        Self {
            service,
            method: Method::GET,
            url,
            bearer: None,
            authorization: None,
            content: None,
            limit,
            deadline: None,
            idempotent: true,
            guard: None,
        }
    }

    /// A GET request with this access token.
    pub fn get_as(bearer: &'a SecretString, service: &'a str, url: Url, limit: usize) -> Self {
        Self { bearer: Some(bearer), ..Self::get(service, url, limit) }
    }
}
