//! The page that the callback server sends to the browser.

use globus_loopback::Response;
use globus_loopback::http::header::{self, HeaderValue};
use globus_loopback::http::{HeaderName, StatusCode};

use crate::globus::auth::Identity;

/// The outcome of a login, for the person at the browser.
pub(super) struct Page {
    title: &'static str,
    text: String,
    next: &'static str,
    status: StatusCode,
}

impl Page {
    pub(super) fn logged_in(identity: Option<&Identity>) -> Self {
        let text = identity.map(|identity| format!("As {identity}."));
        Self {
            title: "You are logged in",
            text: text.unwrap_or_else(|| "The program has received its tokens.".to_owned()),
            next: "You can close this page and go back to the terminal.",
            status: StatusCode::OK,
        }
    }

    pub(super) fn failed(why: &str) -> Self {
        Self {
            title: "The login did not work",
            text: why.to_owned(),
            next: "The terminal says what to do. You can close this page.",
            status: StatusCode::OK,
        }
    }

    pub(super) fn other_login() -> Self {
        Self {
            title: "This page is for another login",
            text: "The browser's code does not belong to the login that waits here.".to_owned(),
            next: "Use the address that the terminal shows now.",
            status: StatusCode::BAD_REQUEST,
        }
    }

    pub(super) fn ended() -> Self {
        Self {
            title: "This login has ended",
            text: "Its code has been used.".to_owned(),
            next: "You can close this page.",
            status: StatusCode::GONE,
        }
    }

    /// Nothing is loaded from elsewhere, no script runs, and the address with its code goes nowhere.
    pub(super) fn response(self) -> Response {
        let headers: [(HeaderName, &'static str); 5] = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; img-src data:"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        let page = include_str!("callback_page.html")
            .replace("{title}", self.title)
            .replace("{next}", self.next)
            .replace("{text}", &in_html(&self.text));
        let mut response = Response::new(page.into());
        *response.status_mut() = self.status;
        response.headers_mut().extend(headers.map(|(name, value)| (name, HeaderValue::from_static(value))));
        response
    }
}

/// The text, as HTML has it outside of tags.
fn in_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
