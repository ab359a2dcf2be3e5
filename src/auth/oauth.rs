//! OAuth 2.0 with Globus Auth: the authorize URL, and codes and refresh tokens turned into tokens.
//!
//! <https://docs.globus.org/api/auth/developer-guide/>

use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
    BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RefreshToken, RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse, TokenResponse,
    TokenUrl,
};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Map;
use url::Url;

use super::authorizer::Wanted;
use super::id_token;
use crate::globus::{Ask, Transport};
use crate::tokens::{Token, Tokens, now};
use crate::{Error, Kind, Result};

/// A token answer is a few kilobytes.
const LARGEST_ANSWER: usize = 1024 * 1024;

const SERVICE: &str = "Globus Auth";

/// What Globus Auth adds to the fields of RFC 6749.
#[derive(Debug, Serialize, Deserialize)]
struct PrimaryFields {
    resource_server: String,
    id_token: Option<String>,
    #[serde(default)]
    other_tokens: Vec<StandardTokenResponse<OtherFields, BasicTokenType>>,
}

/// The same for each further token: there is one token for each resource server.
#[derive(Debug, Serialize, Deserialize)]
struct OtherFields {
    resource_server: String,
}

impl ExtraTokenFields for PrimaryFields {}
impl ExtraTokenFields for OtherFields {}

type GlobusClient = Client<
    BasicErrorResponse,
    StandardTokenResponse<PrimaryFields, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

type TokenError = RequestTokenError<Error, BasicErrorResponse>;

/// A native client of Globus Auth: it has no secret and proves itself with PKCE (RFC 7636).
pub struct OAuthClient<'a> {
    client: GlobusClient,
    transport: &'a Transport,
    code_page: Url,
}

/// A login that waits for its code.
pub struct Authorization {
    /// Where the user goes.
    pub url: Url,
    /// Comes back with the code.
    pub state: CsrfToken,
    verifier: PkceCodeVerifier,
}

/// What a grant did not give.
#[derive(Debug)]
pub enum Refusal {
    /// The code or refresh token is wrong, used, expired or revoked; with the service's words.
    InvalidGrant(String),
    /// Anything else.
    Other(Error),
}

impl<'a> OAuthClient<'a> {
    /// A client of the Globus Auth at this base URL.
    pub fn new(client_id: &str, auth: &Url, transport: &'a Transport) -> Result<Self> {
        let endpoint = |path: &str| {
            auth.join(path)
                .map_err(|error| Error::usage(format!("`{auth}` is not a usable base URL")).because(error))
        };
        let code_page = endpoint("v2/web/auth-code")?;
        let client = Client::new(ClientId::new(client_id.to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(AuthUrl::from_url(endpoint("v2/oauth2/authorize")?))
            .set_token_uri(TokenUrl::from_url(endpoint("v2/oauth2/token")?))
            .set_redirect_uri(RedirectUrl::from_url(code_page.clone()));
        Ok(Self { client, transport, code_page })
    }

    /// The page that shows the code to copy.
    #[must_use]
    pub fn code_page(&self) -> &Url {
        &self.code_page
    }

    /// Starts a login for what a run wants.
    #[must_use]
    pub fn authorize(&self, wanted: &Wanted<'_>) -> Authorization {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state) = self
            .client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(wanted.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .add_extra_param("access_type", if wanted.refresh_tokens { "offline" } else { "online" })
            .add_extra_param("prefill_named_grant", wanted.label.as_str())
            .url();
        Authorization { url, state, verifier }
    }

    /// Turns the code of a login into tokens.
    pub async fn exchange(&self, authorization: &Authorization, code: &str) -> Result<Tokens, Refusal> {
        let verifier = PkceCodeVerifier::new(authorization.verifier.secret().clone());
        // A code is good for one use; asking again with it would revoke what it gave.
        let http = |request| self.send(request, false);
        let response = self
            .client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(verifier)
            .request_async(&http)
            .await;
        into_tokens(response)
    }

    /// Buys a new access token. The answer may leave out the refresh token and the identity: both stay.
    pub async fn refresh(&self, token: &Token, refresh_token: &SecretString) -> Result<Tokens, Refusal> {
        let http = |request| self.send(request, true);
        let refresh = RefreshToken::new(refresh_token.expose_secret().to_owned());
        let response = self.client.exchange_refresh_token(&refresh).request_async(&http).await;
        let mut tokens = into_tokens(response)?;
        for new in tokens.values_mut() {
            new.identity_id = new.identity_id.take().or_else(|| token.identity_id.clone());
        }
        match tokens.get_mut(&token.resource_server) {
            Some(new) => {
                new.refresh_token = new.refresh_token.take().or_else(|| Some(refresh_token.clone()));
                new.extra.clone_from(&token.extra);
                Ok(tokens)
            }
            None => Err(Refusal::Other(
                Error::failed(format!("{SERVICE} renewed a token for another service"))
                    .because(format!("no token for {} came back", token.resource_server)),
            )),
        }
    }

    async fn send(&self, request: HttpRequest, repeatable: bool) -> Result<HttpResponse> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string())
            .map_err(|error| Error::usage("the URL of Globus Auth is not usable").because(error))?;
        let answer = self
            .transport
            .send(&Ask {
                service: SERVICE,
                method: Method::POST,
                url,
                bearer: None,
                authorization: parts.headers.get(reqwest::header::AUTHORIZATION).cloned(),
                form: Some(body),
                limit: LARGEST_ANSWER,
                repeatable,
            })
            .await?;
        if answer.status.is_server_error() || answer.status.as_u16() == 429 {
            return Err(Error::new(Kind::Unreachable, format!("{SERVICE} keeps failing"))
                .because(format!("status {}", answer.status))
                .help("try again later; https://status.globus.org tells of outages"));
        }
        let mut response = HttpResponse::new(answer.body);
        *response.status_mut() = answer.status;
        Ok(response)
    }
}

fn into_tokens(
    response: Result<StandardTokenResponse<PrimaryFields, BasicTokenType>, TokenError>,
) -> Result<Tokens, Refusal> {
    let response = response.map_err(refusal)?;
    let fields = response.extra_fields();
    let identity = fields.id_token.as_deref().and_then(id_token::identity);
    let mut tokens = Tokens::new();
    let primary = token(&response, &fields.resource_server, identity.as_ref());
    tokens.insert(fields.resource_server.clone(), primary);
    for other in &fields.other_tokens {
        let resource_server = &other.extra_fields().resource_server;
        tokens.insert(resource_server.clone(), token(other, resource_server, identity.as_ref()));
    }
    Ok(tokens)
}

fn token<F: ExtraTokenFields>(
    response: &StandardTokenResponse<F, BasicTokenType>,
    resource_server: &str,
    identity: Option<&String>,
) -> Token {
    let scopes = response.scopes().map(Vec::as_slice).unwrap_or_default();
    let lifetime = response.expires_in().map_or(0, |lifetime| lifetime.as_secs());
    Token {
        resource_server: resource_server.to_owned(),
        identity_id: identity.cloned(),
        scope: scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "),
        access_token: response.access_token().secret().clone().into(),
        refresh_token: response.refresh_token().map(|token| token.secret().clone().into()),
        expires_at_seconds: now().saturating_add_unsigned(lifetime),
        token_type: Some("Bearer".to_owned()),
        extra: Map::new(),
    }
}

/// An error of the token endpoint (RFC 6749, section 5.2), without anything secret.
fn refusal(error: TokenError) -> Refusal {
    match error {
        RequestTokenError::Request(error) => Refusal::Other(error),
        RequestTokenError::ServerResponse(response) => {
            let words = response.error_description().cloned().unwrap_or_else(|| response.error().to_string());
            let words: String = words.chars().filter(|character| !character.is_control()).take(300).collect();
            if *response.error() == BasicErrorResponseType::InvalidGrant {
                Refusal::InvalidGrant(words)
            } else {
                Refusal::Other(Error::failed(format!("{SERVICE} refused the request")).because(words))
            }
        }
        // The body may hold tokens: only the place of the mistake is told.
        RequestTokenError::Parse(error, _) => Refusal::Other(
            Error::failed(format!("{SERVICE} gave an answer that can't be used"))
                .because(format!("it is not a token answer at `{}`", error.path())),
        ),
        RequestTokenError::Other(_) => {
            Refusal::Other(Error::failed(format!("{SERVICE} gave an answer that can't be used")))
        }
    }
}
