//! Authorization requests, and whether they are allowed.

use url::{Host, Url};

use super::clients::Clients;
use super::error::AuthError;
use super::scopes::{self, Scope};
use super::session::SessionParameters;
use crate::data::Client;
use crate::web::Parameters;

/// A checked authorization request ([RFC 6749, section 4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1)).
#[derive(Debug, Clone)]
pub(super) struct AuthorizationRequest {
    pub(super) client_id: String,
    pub(super) client_name: String,
    pub(super) redirect_uri: String,
    pub(super) scopes: Vec<Scope>,
    pub(super) state: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) nonce: Option<String>,
    /// Whether refresh tokens are issued.
    pub(super) offline: bool,
    /// The name of the consent, shown on the consent page.
    pub(super) label: Option<String>,
    pub(super) session: SessionParameters,
}

impl AuthorizationRequest {
    /// Checks the parameters of an authorize URL of the service at `base`.
    pub(super) fn check(base: &Url, clients: &Clients, parameters: &Parameters) -> Result<Self, AuthError> {
        let client_id = parameters.required("client_id")?;
        let client = clients
            .get(client_id)
            .ok_or_else(|| AuthError::invalid_client(format!("There is no client {client_id}")))?;
        let redirect_uri = parameters.required("redirect_uri")?;
        check_redirect(base, client, redirect_uri)?;
        if parameters.required("response_type")? != "code" {
            return Err(AuthError::invalid_request("response_type must be code"));
        }
        let text = |name: &str| parameters.optional(name).map(str::to_owned);
        let challenge =
            check_challenge(client, text("code_challenge"), parameters.optional("code_challenge_method"))?;
        let offline = match parameters.optional("access_type") {
            None | Some("online") => false,
            Some("offline") => true,
            Some(_) => return Err(AuthError::invalid_request("access_type must be online or offline")),
        };
        Ok(Self {
            client_id: client.id.clone(),
            client_name: client.name.clone(),
            redirect_uri: redirect_uri.to_owned(),
            scopes: scopes::parse(parameters.required("scope")?).map_err(AuthError::invalid_scope)?,
            state: text("state"),
            challenge,
            nonce: text("nonce"),
            offline,
            label: text("prefill_named_grant"),
            session: SessionParameters::of(parameters),
        })
    }
}

/// A native client must use PKCE with S256 ([RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)); a
/// confidential client may.
fn check_challenge(
    client: &Client,
    challenge: Option<String>,
    method: Option<&str>,
) -> Result<Option<String>, AuthError> {
    let Some(challenge) = challenge else {
        return match client.secret {
            Some(_) => Ok(None),
            None => Err(AuthError::invalid_request("A native client must send a code_challenge")),
        };
    };
    if method != Some("S256") {
        return Err(AuthError::invalid_request("code_challenge_method must be S256"));
    }
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if challenge.len() != 43 || !challenge.bytes().all(base64url) {
        return Err(AuthError::invalid_request("code_challenge must be 43 characters of base64url"));
    }
    Ok(Some(challenge))
}

/// Allowed are the code page, what the client registered, and for a client that runs on its users' machines
/// any port of `http://localhost`.
fn check_redirect(base: &Url, client: &Client, redirect_uri: &str) -> Result<(), AuthError> {
    let mismatch = || AuthError::invalid_request("redirect_uri is not one that this client may use");
    let url = Url::parse(redirect_uri).map_err(|_| mismatch())?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let code_page = loopback && url.path() == "/v2/web/auth-code" && url.port() == base.port();
    let own_port = client.is_native_app() && url.scheme() == "http" && url.host_str() == Some("localhost");
    let registered = client.redirect_uris.iter().any(|registered| registered == redirect_uri);
    if (code_page || own_port || registered) && url.fragment().is_none() { Ok(()) } else { Err(mismatch()) }
}
