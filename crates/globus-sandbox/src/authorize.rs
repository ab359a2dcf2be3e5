//! The authorize endpoint: checks what a login asks for, and has a person allow or deny it.
//!
//! <https://docs.globus.org/api/auth/developer-guide/#obtaining-authorization>

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::decision::{allow, deny};
use super::login_request::{Request, check};
use super::pages;
use super::problem::Refusal;
use super::state::{Shared, random_secret};

/// How long a consent page waits for its person.
const PATIENCE: Duration = Duration::from_secs(3600);

/// More waiting logins than this are not remembered.
const MOST_PENDING: usize = 1000;

/// A login that waits for its person.
#[derive(Debug)]
pub(super) struct Pending {
    request: Request,
    since: Instant,
}

/// `GET /v2/oauth2/authorize`: the consent page.
pub(super) async fn page(
    State(shared): State<Arc<Shared>>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Response {
    let request = match check(&shared, &parameters) {
        Ok(request) => request,
        Err(refusal) => return refusal_page(&refusal),
    };
    let transaction = random_secret();
    let html = pages::consent(&request, &shared.data.users, &transaction);
    let mut state = shared.state();
    state.pending.retain(|_, pending| pending.since.elapsed() < PATIENCE);
    if state.pending.len() >= MOST_PENDING {
        state.pending.clear();
    }
    state.pending.insert(transaction, Pending { request, since: Instant::now() });
    Html(html).into_response()
}

/// What the consent page sends.
#[derive(Debug, Deserialize)]
pub(super) struct Decision {
    transaction: String,
    user: String,
    #[serde(rename = "decision")]
    answer: String,
}

/// `POST /v2/oauth2/authorize`: allow or deny, once.
pub(super) async fn decide(State(shared): State<Arc<Shared>>, Form(decision): Form<Decision>) -> Response {
    let pending = shared.state().pending.remove(&decision.transaction);
    let Some(pending) = pending.filter(|pending| pending.since.elapsed() < PATIENCE) else {
        return refusal_page(&Refusal::invalid_request("This page has been used, or has waited too long"));
    };
    let outcome = match decision.answer.as_str() {
        "allow" => allow(&shared, &pending.request, &decision.user).map(|approved| approved.redirect),
        "deny" => deny(&pending.request),
        _ => Err(Refusal::invalid_request("The decision is neither allow nor deny")),
    };
    match outcome {
        Ok(redirect) => Redirect::to(redirect.as_str()).into_response(),
        Err(refusal) => refusal_page(&refusal),
    }
}

/// `GET /v2/web/auth-code`: shows the code to copy.
pub(super) async fn code_page(Query(parameters): Query<Vec<(String, String)>>) -> Response {
    match (parameter(&parameters, "code"), parameter(&parameters, "error_description")) {
        (Some(code), _) => Html(pages::code(code)).into_response(),
        (None, Some(why)) => (StatusCode::BAD_REQUEST, Html(pages::refusal(why))).into_response(),
        (None, None) => {
            (StatusCode::BAD_REQUEST, Html(pages::refusal("There is no code here"))).into_response()
        }
    }
}

fn refusal_page(refusal: &Refusal) -> Response {
    (refusal.status, Html(pages::refusal(&refusal.description))).into_response()
}

/// The value of a parameter of a query.
pub(super) fn parameter<'p>(parameters: &'p [(String, String)], name: &str) -> Option<&'p str> {
    parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
