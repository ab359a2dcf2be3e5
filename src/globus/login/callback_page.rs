//! The page that the callback server sends to the browser.

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

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
}

impl IntoResponse for Page {
    /// Nothing is loaded from elsewhere, no script runs, and the address with its code goes nowhere.
    fn into_response(self) -> Response {
        let headers: [(HeaderName, &str); 4] = [
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; img-src data:"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        let page = include_str!("callback_page.html")
            .replace("{title}", self.title)
            .replace("{next}", self.next)
            .replace("{text}", &in_html(&self.text));
        (self.status, headers, Html(page)).into_response()
    }
}

/// The text, as HTML has it outside of tags.
fn in_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
