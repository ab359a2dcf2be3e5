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
use url::{Host, Url};

use super::data::Client;
use super::grants::Code;
use super::pages;
use super::problem::Refusal;
use super::scopes::{self, Scope};
use super::state::{Shared, random_secret};

/// How long a consent page waits for its person.
const PATIENCE: Duration = Duration::from_secs(3600);

/// More waiting logins than this are not remembered.
const MOST_PENDING: usize = 1000;

/// What a login asks for, checked.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) client_id: String,
    pub(super) client_name: String,
    pub(super) redirect_uri: String,
    pub(super) scopes: Vec<Scope>,
    pub(super) state: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) offline: bool,
    /// Shown on the consent page as what is being granted.
    pub(super) label: Option<String>,
    /// `session_message`, `session_required_mfa` and the like, as they were given.
    pub(super) session: Vec<(String, String)>,
}

/// A login that waits for its person.
#[derive(Debug)]
pub(super) struct Pending {
    request: Request,
    since: Instant,
}

/// A login that was allowed.
#[derive(Debug)]
pub(super) struct Approved {
    pub(super) code: String,
    /// Where the browser goes.
    pub(super) redirect: Url,
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
        "deny" => send_back(
            &pending.request,
            &[("error", "access_denied"), ("error_description", "The user denied the request")],
        ),
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

/// Does what the pages do, without them.
pub(super) fn approve(shared: &Shared, authorize_url: &Url, user: Option<&str>) -> Result<Approved, Refusal> {
    if authorize_url.path() != "/v2/oauth2/authorize" {
        return Err(Refusal::invalid_request("This is not an authorize URL"));
    }
    let parameters: Vec<(String, String)> = authorize_url.query_pairs().into_owned().collect();
    let request = check(shared, &parameters)?;
    let first = shared.data.users.first().map(|user| user.id.as_str());
    let user = user.or(first).ok_or_else(|| Refusal::invalid_request("There is no user"))?;
    allow(shared, &request, user)
}

fn allow(shared: &Shared, request: &Request, user: &str) -> Result<Approved, Refusal> {
    let user = shared
        .data
        .users
        .iter()
        .find(|known| known.id == user || known.username == user)
        .ok_or_else(|| Refusal::invalid_request("There is no such user"))?;
    let code = random_secret();
    let mut parameters = vec![("code", code.as_str())];
    if let Some(state) = &request.state {
        parameters.push(("state", state));
    }
    let redirect = send_back(request, &parameters)?;
    let mut state = shared.state();
    let lifetime = state.code_lifetime;
    state.consents.give(&user.id, &request.client_id, &request.scopes);
    state.grants.add_code(code.clone(), Code::new(request.clone(), user.id.clone(), lifetime));
    Ok(Approved { code, redirect })
}

fn send_back(request: &Request, parameters: &[(&str, &str)]) -> Result<Url, Refusal> {
    let mut redirect = Url::parse(&request.redirect_uri)
        .map_err(|_| Refusal::invalid_request("redirect_uri is not a URL"))?;
    redirect.query_pairs_mut().extend_pairs(parameters);
    Ok(redirect)
}

fn refusal_page(refusal: &Refusal) -> Response {
    (refusal.status, Html(pages::refusal(&refusal.description))).into_response()
}

fn check(shared: &Shared, parameters: &[(String, String)]) -> Result<Request, Refusal> {
    let optional = |name: &str| parameter(parameters, name).filter(|value| !value.is_empty());
    let required = |name: &str| {
        optional(name).ok_or_else(|| Refusal::invalid_request(format!("The parameter {name} is missing")))
    };
    let client_id = required("client_id")?;
    let state = shared.state();
    let client = state
        .clients
        .get(client_id)
        .ok_or_else(|| Refusal::invalid_client(format!("There is no client {client_id}")))?;
    let redirect_uri = required("redirect_uri")?;
    check_redirect(shared, client, redirect_uri)?;
    if required("response_type")? != "code" {
        return Err(Refusal::invalid_request("response_type must be code"));
    }
    let challenge = check_challenge(client, optional("code_challenge"), optional("code_challenge_method"))?;
    let offline = match optional("access_type") {
        None | Some("online") => false,
        Some("offline") => true,
        Some(_) => return Err(Refusal::invalid_request("access_type must be online or offline")),
    };
    Ok(Request {
        client_id: client.id.clone(),
        client_name: client.name.clone(),
        redirect_uri: redirect_uri.to_owned(),
        scopes: scopes::parse(required("scope")?).map_err(Refusal::invalid_scope)?,
        state: optional("state").map(str::to_owned),
        challenge,
        nonce: optional("nonce").map(str::to_owned),
        offline,
        label: optional("prefill_named_grant").map(str::to_owned),
        session: parameters
            .iter()
            .filter(|(name, _)| name.starts_with("session_") || name == "prompt")
            .cloned()
            .collect(),
    })
}

/// A native client must use PKCE (RFC 7636) with S256; a confidential one may.
fn check_challenge(
    client: &Client,
    challenge: Option<&str>,
    method: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let Some(challenge) = challenge else {
        return match client.secret {
            Some(_) => Ok(None),
            None => Err(Refusal::invalid_request("A native client must send a code_challenge")),
        };
    };
    if method != Some("S256") {
        return Err(Refusal::invalid_request("code_challenge_method must be S256"));
    }
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if challenge.len() != 43 || !challenge.bytes().all(base64url) {
        return Err(Refusal::invalid_request("code_challenge must be 43 characters of base64url"));
    }
    Ok(Some(challenge.to_owned()))
}

/// The code page, a native client's own port on this machine, or what a confidential client registered.
fn check_redirect(shared: &Shared, client: &Client, redirect_uri: &str) -> Result<(), Refusal> {
    let mismatch = || Refusal::invalid_request("redirect_uri is not one that this client may use");
    let url = Url::parse(redirect_uri).map_err(|_| mismatch())?;
    let on_this_machine = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let code_page = on_this_machine && url.path() == "/v2/web/auth-code" && url.port() == shared.url.port();
    let own_port = client.secret.is_none() && url.scheme() == "http" && url.host_str() == Some("localhost");
    let registered = client.redirect_uris.iter().any(|registered| registered == redirect_uri);
    if (code_page || own_port || registered) && url.fragment().is_none() { Ok(()) } else { Err(mismatch()) }
}

fn parameter<'p>(parameters: &'p [(String, String)], name: &str) -> Option<&'p str> {
    parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
