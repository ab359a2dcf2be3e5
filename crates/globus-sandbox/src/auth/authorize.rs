//! The authorize endpoint and its pages, where a person approves or denies a login.
//!
//! <https://docs.globus.org/api/auth/developer-guide/#obtaining-authorization>

#![expect(clippy::unnecessary_wraps, reason = "the function of a route may fail")]

use globus_loopback::http::StatusCode;

use super::approval::deny;
use super::authorization_request::AuthorizationRequest;
use super::error::AuthError;
use super::pages;
use super::service::Auth;
use crate::web::{self, Request, Response};

/// `GET /v2/oauth2/authorize`: the consent page.
pub(super) fn consent_page(auth: &Auth, request: &Request) -> Result<Response, AuthError> {
    let mut state = auth.state();
    Ok(match AuthorizationRequest::check(&auth.url, &state.clients, &request.query()) {
        Ok(request) => {
            let transaction = state.pending.add(request.clone());
            web::html(StatusCode::OK, pages::consent(&request, &auth.data.users, &transaction))
        }
        Err(error) => error_page(&error),
    })
}

/// `POST /v2/oauth2/authorize`: the decision on a consent page.
pub(super) fn decide(auth: &Auth, request: &Request) -> Result<Response, AuthError> {
    let form = request.form()?;
    let field = |name: &str| {
        let missing = || format!("The form must have {name} once");
        form.single(name)
            .ok_or_else(|| AuthError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", missing()))
    };
    let (transaction, user, decision) = (field("transaction")?, field("user")?, field("decision")?);
    let pending = auth.state().pending.take(transaction);
    let Some(request) = pending else {
        let stale = AuthError::invalid_request("This page has been used, or has waited too long");
        return Ok(error_page(&stale));
    };
    let redirect = match decision {
        "allow" => auth.approve(&request, user).map(|approval| approval.redirect),
        "deny" => deny(&request),
        _ => Err(AuthError::invalid_request("The decision is neither allow nor deny")),
    };
    Ok(match redirect {
        Ok(redirect) => web::redirect(&redirect),
        Err(error) => error_page(&error),
    })
}

/// `GET /v2/web/auth-code`: shows the code to copy.
pub(super) fn code_page(_auth: &Auth, request: &Request) -> Result<Response, AuthError> {
    let parameters = request.query();
    if let Some(code) = parameters.get("code") {
        return Ok(web::html(StatusCode::OK, pages::code(code)));
    }
    let why = parameters.get("error_description").unwrap_or("There is no code here");
    Ok(web::html(StatusCode::BAD_REQUEST, pages::error(why)))
}

fn error_page(error: &AuthError) -> Response {
    web::html(error.status, pages::error(&error.description))
}
