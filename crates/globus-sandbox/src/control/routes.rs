//! The control endpoints.

#![expect(clippy::unnecessary_wraps, reason = "the function of a route may fail")]

use std::time::Duration;

use globus_loopback::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::faults::Fault;
use super::service::Control;
use crate::auth::{AuthError, IdTokenFault, RefreshTokenPolicy, Requirements};
use crate::lists::{Service, is_served};
use crate::web::{self, Request, Response, Route, delete, get, post, put};

type Outcome = Result<Response, AuthError>;

const ROUTES: &[Route<Control, AuthError>] = &[
    get("/_sandbox/requests", requests),
    delete("/_sandbox/requests", clear_requests),
    get("/_sandbox/requests/most-at-once", most_at_once),
    post("/_sandbox/approve", approve),
    post("/_sandbox/deny", deny),
    post("/_sandbox/faults", add_fault),
    delete("/_sandbox/faults", clear_faults),
    put("/_sandbox/groups", set_groups),
    delete("/_sandbox/groups", clear_groups),
    put("/_sandbox/lists", set_list),
    delete("/_sandbox/lists", clear_lists),
    put("/_sandbox/requirements", set_requirements),
    delete("/_sandbox/requirements", clear_requirements),
    put("/_sandbox/requirements/{id}", set_requirements_of),
    delete("/_sandbox/consents", revoke_consents),
    put("/_sandbox/settings", set),
    post("/_sandbox/expire-access-tokens", expire_access_tokens),
    post("/_sandbox/revoke-all", revoke_all),
];

/// The response to a request; `None` if there is nothing at its path.
pub(crate) fn respond(control: &Control, request: &mut Request) -> Option<Response> {
    web::respond(ROUTES, control, request)
}

fn done() -> Outcome {
    Ok(web::empty(StatusCode::NO_CONTENT))
}

fn requests(control: &Control, _request: &Request) -> Outcome {
    Ok(web::json(StatusCode::OK, &control.requests.list()))
}

fn most_at_once(control: &Control, _request: &Request) -> Outcome {
    Ok(web::json(StatusCode::OK, &control.requests.most_at_once()))
}

fn clear_requests(control: &Control, _request: &Request) -> Outcome {
    control.requests.clear();
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approve {
    url: Url,
    user: Option<String>,
}

fn approve(control: &Control, request: &Request) -> Outcome {
    let Approve { url, user } = request.json()?;
    let approval = control.auth.approve_url(&url, user.as_deref())?;
    let response = json!({ "code": approval.code, "redirect": approval.redirect.as_str() });
    Ok(web::json(StatusCode::OK, &response))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deny {
    url: Url,
}

fn deny(control: &Control, request: &Request) -> Outcome {
    let Deny { url } = request.json()?;
    let redirect = control.auth.deny_url(&url)?;
    Ok(web::json(StatusCode::OK, &json!({ "redirect": redirect.as_str() })))
}

fn add_fault(control: &Control, request: &Request) -> Outcome {
    let fault: Fault = request.json()?;
    control.faults.add(fault);
    done()
}

fn clear_faults(control: &Control, _request: &Request) -> Outcome {
    control.faults.clear();
    done()
}

fn set_groups(control: &Control, request: &Request) -> Outcome {
    let groups: Vec<Value> = request.json()?;
    control.groups.set_my_groups(Some(groups));
    done()
}

fn clear_groups(control: &Control, _request: &Request) -> Outcome {
    control.groups.set_my_groups(None);
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    path: String,
    rows: Vec<Value>,
    /// The most rows of a page.
    page: Option<usize>,
}

fn set_list(control: &Control, request: &Request) -> Outcome {
    let List { path, rows, page } = request.json()?;
    if !is_served(&path) || page == Some(0) {
        let why = "no list is served at this path, or a page has no row";
        return Err(AuthError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", why));
    }
    control.lists.set(path, &rows, page);
    done()
}

fn clear_lists(control: &Control, _request: &Request) -> Outcome {
    control.lists.clear();
    done()
}

fn set_requirements_of(control: &Control, request: &Request) -> Outcome {
    let parameters: Value = request.json()?;
    let service =
        Service::named(&request.id).ok_or_else(|| AuthError::not_found("There is no such service"))?;
    control.lists.set_requirements(service, read(parameters)?);
    done()
}

fn read(parameters: Value) -> Result<Requirements, AuthError> {
    Requirements::read(parameters)
        .map_err(|why| AuthError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", why))
}

fn set_requirements(control: &Control, request: &Request) -> Outcome {
    let parameters: Value = request.json()?;
    control.groups.set_requirements(Some(read(parameters)?));
    done()
}

fn clear_requirements(control: &Control, _request: &Request) -> Outcome {
    control.groups.set_requirements(None);
    control.lists.clear_requirements();
    done()
}

fn revoke_consents(control: &Control, _request: &Request) -> Outcome {
    control.auth.revoke_consents();
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    refreshes: Option<RefreshTokenPolicy>,
    /// In seconds.
    token_lifetime: Option<u64>,
    id_token: Option<IdTokenFault>,
}

fn set(control: &Control, request: &Request) -> Outcome {
    let changes: Changes = request.json()?;
    control.auth.change_settings(|settings| {
        if let Some(policy) = changes.refreshes {
            settings.refresh_tokens = policy;
        }
        if let Some(seconds) = changes.token_lifetime {
            settings.token_lifetime = Duration::from_secs(seconds);
        }
        if let Some(fault) = changes.id_token {
            settings.id_token_fault = fault;
        }
    });
    done()
}

fn expire_access_tokens(control: &Control, _request: &Request) -> Outcome {
    control.auth.expire_access_tokens();
    done()
}

fn revoke_all(control: &Control, _request: &Request) -> Outcome {
    control.auth.revoke_all();
    done()
}
