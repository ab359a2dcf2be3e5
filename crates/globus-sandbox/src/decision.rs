//! What follows when a person allows or denies.

use std::sync::Arc;

use url::Url;

use super::data::User;
use super::grants::Code;
use super::login_request::{Request, check};
use super::problem::Refusal;
use super::session::Session;
use super::state::{Shared, random_secret};

/// A login that was allowed.
#[derive(Debug)]
pub(super) struct Approved {
    pub(super) code: String,
    /// Where the browser goes.
    pub(super) redirect: Url,
}

/// Does what the pages do when somebody allows, without the pages. Nobody named is the first user.
pub(super) fn approve_url(
    shared: &Shared,
    authorize_url: &Url,
    user: Option<&str>,
) -> Result<Approved, Refusal> {
    let request = read(shared, authorize_url)?;
    let first = shared.data.users.first().map(|user| user.id.as_str());
    let user = user.or(first).ok_or_else(|| Refusal::invalid_request("There is no user"))?;
    allow(shared, &request, user)
}

/// Does what the pages do when somebody denies, without the pages.
pub(super) fn deny_url(shared: &Shared, authorize_url: &Url) -> Result<Url, Refusal> {
    deny(&read(shared, authorize_url)?)
}

/// Allows a login, as the user with this UUID or name.
pub(super) fn allow(shared: &Shared, request: &Request, user: &str) -> Result<Approved, Refusal> {
    let user = shared
        .data
        .users
        .iter()
        .find(|known| known.id == user || known.username == user)
        .ok_or_else(|| Refusal::invalid_request("There is no such user"))?;
    let code = random_secret();
    let redirect = send_back(request, &[("code", &code)])?;
    let session = Arc::new(session(request, user));
    let mut state = shared.state();
    let lifetime = state.code_lifetime;
    state.consents.give(&user.id, &request.client_id, &request.scopes);
    state.grants.add_code(code.clone(), Code::new(request.clone(), user.id.clone(), session, lifetime));
    Ok(Approved { code, redirect })
}

/// Where the browser goes when somebody denies a login.
pub(super) fn deny(request: &Request) -> Result<Url, Refusal> {
    send_back(request, &[("error", "access_denied"), ("error_description", "The user denied the request")])
}

fn read(shared: &Shared, authorize_url: &Url) -> Result<Request, Refusal> {
    if authorize_url.path() != "/v2/oauth2/authorize" {
        return Err(Refusal::invalid_request("This is not an authorize URL"));
    }
    let parameters: Vec<(String, String)> = authorize_url.query_pairs().into_owned().collect();
    check(shared, &parameters)
}

/// Who allows has shown to be who they are, and to be whom the login asked for besides, if they can be.
fn session(request: &Request, user: &User) -> Session {
    let mut authenticated = vec![user.id.clone()];
    for wanted in request.session.listed("session_required_identities") {
        let linked = user.identities().find(|(id, username)| *id == wanted || *username == wanted);
        authenticated.extend(linked.map(|(id, _)| id.to_owned()).filter(|id| *id != user.id));
    }
    Session::of(request.session.clone(), authenticated)
}

/// An answer goes to `redirect_uri` with the `state` of the login, be it a code or an error (RFC 6749,
/// sections 4.1.2 and 4.1.2.1).
fn send_back(request: &Request, parameters: &[(&str, &str)]) -> Result<Url, Refusal> {
    let mut redirect = Url::parse(&request.redirect_uri)
        .map_err(|_| Refusal::invalid_request("redirect_uri is not a URL"))?;
    let state = request.state.as_deref().map(|state| ("state", state));
    redirect.query_pairs_mut().extend_pairs(parameters).extend_pairs(state);
    Ok(redirect)
}
