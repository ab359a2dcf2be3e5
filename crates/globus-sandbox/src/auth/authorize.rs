//! The authorize endpoint and its pages, where a person approves or denies a login.
//!
//! <https://docs.globus.org/api/auth/developer-guide/#obtaining-authorization>

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::approval::deny;
use super::authorization_request::AuthorizationRequest;
use super::error::AuthError;
use super::pages;
use super::parameters::Parameters;
use super::service::Auth;

/// `GET /v2/oauth2/authorize`: the consent page.
pub(super) async fn consent_page(
    State(auth): State<Arc<Auth>>,
    Query(parameters): Query<Parameters>,
) -> Response {
    let mut state = auth.state();
    match AuthorizationRequest::check(&auth.url, &state.clients, &parameters) {
        Ok(request) => {
            let transaction = state.pending.add(request.clone());
            Html(pages::consent(&request, &auth.data.users, &transaction)).into_response()
        }
        Err(error) => error_page(&error),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct ConsentForm {
    transaction: String,
    user: String,
    decision: String,
}

/// `POST /v2/oauth2/authorize`: the decision on a consent page.
pub(super) async fn decide(State(auth): State<Arc<Auth>>, Form(form): Form<ConsentForm>) -> Response {
    let pending = auth.state().pending.take(&form.transaction);
    let Some(request) = pending else {
        return error_page(&AuthError::invalid_request("This page has been used, or has waited too long"));
    };
    let redirect = match form.decision.as_str() {
        "allow" => auth.approve(&request, &form.user).map(|approval| approval.redirect),
        "deny" => deny(&request),
        _ => Err(AuthError::invalid_request("The decision is neither allow nor deny")),
    };
    match redirect {
        Ok(redirect) => Redirect::to(redirect.as_str()).into_response(),
        Err(error) => error_page(&error),
    }
}

/// `GET /v2/web/auth-code`: shows the code to copy.
pub(super) async fn code_page(Query(parameters): Query<Parameters>) -> Response {
    if let Some(code) = parameters.get("code") {
        return Html(pages::code(code)).into_response();
    }
    let why = parameters.get("error_description").unwrap_or("There is no code here");
    (StatusCode::BAD_REQUEST, Html(pages::error(why))).into_response()
}

fn error_page(error: &AuthError) -> Response {
    (error.status, Html(pages::error(&error.description))).into_response()
}
