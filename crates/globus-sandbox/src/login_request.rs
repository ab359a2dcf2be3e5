//! What a login asks for, and whether it may.

use url::{Host, Url};

use super::authorize::parameter;
use super::data::Client;
use super::problem::Refusal;
use super::scopes::{self, Scope};
use super::session::Parameters;
use super::state::Shared;

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
    pub(super) session: Parameters,
}

/// What the parameters of an authorize URL ask for, if that is allowed.
pub(super) fn check(shared: &Shared, parameters: &[(String, String)]) -> Result<Request, Refusal> {
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
        session: Parameters::among(parameters),
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

/// The code page, what the client registered, or any port of this machine for a client that runs there: a
/// native one, or an instance of one.
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
    let own_port = client.is_native_app() && url.scheme() == "http" && url.host_str() == Some("localhost");
    let registered = client.redirect_uris.iter().any(|registered| registered == redirect_uri);
    if (code_page || own_port || registered) && url.fragment().is_none() { Ok(()) } else { Err(mismatch()) }
}
