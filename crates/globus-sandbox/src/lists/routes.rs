//! The endpoints of the lists.

use globus_loopback::http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::endpoints::{ENDPOINTS, Endpoint};
use super::error::ListError;
use super::service::Lists;
use crate::auth::AuthError;
use crate::web::{self, Rejection, Request, Response};

/// The response to a request; `None` if no list is served at its path.
pub(crate) fn respond(lists: &Lists, request: &Request) -> Option<Response> {
    let at_path = || ENDPOINTS.iter().filter(|one| web::capture(one.path, request.path()).is_some());
    at_path().next()?;
    let endpoint = at_path().find(|endpoint| web::serves(method(endpoint), request.method()));
    let Some(endpoint) = endpoint else {
        return Some(web::method_not_allowed(at_path().map(method)));
    };
    Some(page(lists, endpoint, request).unwrap_or_else(Into::into))
}

fn method(endpoint: &Endpoint) -> &'static Method {
    if endpoint.is_post { &Method::POST } else { &Method::GET }
}

fn page(lists: &Lists, endpoint: &Endpoint, request: &Request) -> Result<Response, ListError> {
    let parameters: Map<String, Value> = if endpoint.is_post {
        request.json().map_err(|Rejection { reason, .. }| {
            ListError::of(AuthError::invalid_request(reason), endpoint.service, request.path())
        })?
    } else {
        request.query().into_iter().map(|(key, value)| (key, value.into())).collect()
    };
    let page = lists.respond(endpoint, request.path(), request.headers(), &parameters)?;
    Ok(web::json(StatusCode::OK, &page))
}
