//! OAuth 2.0 with Globus Auth: the authorize URL, and codes, refresh tokens and secrets exchanged for tokens.
//!
//! <https://docs.globus.org/api/auth/developer-guide/>

use std::borrow::Cow;
use std::time::Duration;

use oauth2::basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken,
    StandardRevocableToken, TokenUrl,
};
use reqwest::Method;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::authorization::{Authorization, AuthorizationRequest};
use super::consents;
use super::credentials::{Credentials, basic};
use super::endpoint::{SERVICE, endpoint};
use super::id_token;
use super::identity::Identity;
use super::token_response::{self, RequestError, TokenEndpointError, TokenGrant, TokenResponse};
use crate::globus::http::{HttpClient, Request, Response, limits};
use crate::globus::scope::{self, Scope};
use crate::globus::tokens::{Token, Tokens};
use crate::{Error, Kind, Result};

/// Longer than Globus Auth ever takes, and shorter than other runs wait for the lock.
const DEADLINE: Duration = Duration::from_secs(75);

type GlobusClient = Client<
    BasicErrorResponse,
    TokenResponse,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// A client of Globus Auth. A native client has no secret and uses PKCE (RFC 7636); a confidential client
/// authenticates with its secret.
pub struct OAuthClient<'a> {
    id: String,
    credentials: Credentials,
    pub(super) auth: Url,
    authorize: AuthUrl,
    token: TokenUrl,
    code_page: Url,
    http: &'a HttpClient,
}

impl<'a> OAuthClient<'a> {
    /// A client of the Globus Auth at this base URL.
    pub fn new(client_id: &str, credentials: Credentials, auth: &Url, http: &'a HttpClient) -> Result<Self> {
        Ok(Self {
            id: client_id.to_owned(),
            credentials,
            auth: auth.clone(),
            authorize: AuthUrl::from_url(endpoint(auth, "v2/oauth2/authorize")?),
            token: TokenUrl::from_url(endpoint(auth, "v2/oauth2/token")?),
            code_page: endpoint(auth, "v2/web/auth-code")?,
            http,
        })
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    pub fn code_page(&self) -> &Url {
        &self.code_page
    }

    pub(super) fn authorize(
        &self,
        request: AuthorizationRequest<'_>,
        redirect: &str,
    ) -> Result<Authorization> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let redirect = RedirectUrl::new(redirect.to_owned()).map_err(|error| {
            Error::usage(format!("`{redirect}` is not a usable redirect URL")).because(error)
        })?;
        let client = self.without_secret();
        let mut authorize = client
            .authorize_url(CsrfToken::new_random)
            .set_redirect_uri(Cow::Borrowed(&redirect))
            .add_scopes(request.scopes.iter().map(|scope| oauth2::Scope::new(scope.to_string())))
            .set_pkce_challenge(challenge)
            .add_extra_param("access_type", if request.refresh_tokens { "offline" } else { "online" })
            .add_extra_param("prefill_named_grant", request.label);
        for (name, value) in request.parameters.session_parameters() {
            authorize = authorize.add_extra_param(name, value);
        }
        let (url, state) = authorize.url();
        Ok(Authorization { url, state, redirect, verifier })
    }

    /// Exchanges the code of a login for tokens.
    pub(super) async fn exchange_code(
        &self,
        authorization: &Authorization,
        code: &str,
    ) -> Result<TokenGrant, TokenEndpointError> {
        let verifier = PkceCodeVerifier::new(authorization.verifier.secret().clone());
        let (client, header) = self.client_auth().await?;
        // A code is valid once. Sending it again would revoke the tokens it was exchanged for.
        let http = |request| self.send(request, header.as_ref(), false);
        let response = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_redirect_uri(Cow::Borrowed(&authorization.redirect))
            .set_pkce_verifier(verifier)
            .request_async(&http)
            .await;
        self.read(response)
    }

    /// Refreshes an access token. The response may leave out the refresh token and the identity: both stay.
    pub(super) async fn refresh(
        &self,
        token: &Token,
        refresh_token: &SecretString,
    ) -> Result<Tokens, TokenEndpointError> {
        let (client, header) = self.client_auth().await?;
        let http = |request| self.send(request, header.as_ref(), true);
        let refresh = RefreshToken::new(refresh_token.expose_secret().to_owned());
        let response = client.exchange_refresh_token(&refresh).request_async(&http).await;
        // A refresh token keeps its identity, so an identity token in the response says nothing new. Fetching the
        // keys to verify it could lose the only valid refresh token.
        let TokenGrant { mut tokens, id_token: _ } = self.read(response)?;
        for new in tokens.values_mut() {
            new.identity_id.clone_from(&token.identity_id);
            new.username.clone_from(&token.username);
        }
        match tokens.get_mut(&token.resource_server) {
            Some(new) => {
                new.refresh_token = new.refresh_token.take().or_else(|| Some(refresh_token.clone()));
                new.extra.clone_from(&token.extra);
                // A response may leave out an unchanged scope (RFC 6749, section 5.1).
                if new.scope.is_empty() {
                    new.scope.clone_from(&token.scope);
                }
                Ok(tokens)
            }
            None => Err(TokenEndpointError::Other(
                Error::failed(format!("{SERVICE} refreshed the token of another service"))
                    .because(format!("no token for {} came back", token.resource_server)),
            )),
        }
    }

    /// Tokens for the client itself, without refresh tokens (RFC 6749, section 4.4).
    pub(super) async fn client_credentials(&self, scopes: &[Scope]) -> Result<Tokens, TokenEndpointError> {
        let (client, header) = self.client_auth().await?;
        let http = |request| self.send(request, header.as_ref(), true);
        let response = client
            .exchange_client_credentials()
            .add_scope(oauth2::Scope::new(scope::join(scopes)))
            .request_async(&http)
            .await;
        let mut tokens = self.read(response)?.tokens;
        for token in tokens.values_mut() {
            // The identity of a service account has the id of its client.
            token.identity_id = Some(self.id().to_owned());
            token.username = Some(format!("{}@clients.auth.globus.org", self.id()));
        }
        Ok(tokens)
    }

    /// Reads a response, and marks its tokens with the client and the issuer.
    fn read(&self, response: Result<TokenResponse, RequestError>) -> Result<TokenGrant, TokenEndpointError> {
        let mut granted = token_response::read(response)?;
        for token in granted.tokens.values_mut() {
            token.client_id = Some(self.id.clone());
            token.auth_url = Some(self.auth.to_string());
        }
        Ok(granted)
    }

    /// The identity in an identity token, verified.
    pub(super) async fn verify(&self, id_token: &str) -> Result<Identity> {
        id_token::verify(id_token, self.id(), &self.auth, self.http).await
    }

    /// The scopes that lack a consent; see [`consents::missing`].
    pub(super) async fn missing_consents(
        &self,
        scopes: &[Scope],
        identity: &str,
        token: &SecretString,
    ) -> Result<Option<Vec<Scope>>> {
        consents::missing(scopes, identity, token, &self.auth, self.http).await
    }

    fn without_secret(&self) -> GlobusClient {
        Client::new(ClientId::new(self.id.clone()))
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(self.authorize.clone())
            .set_token_uri(self.token.clone())
    }

    /// The client with its secret, and the header that authenticates it. A native client has neither, and sends its
    /// id in the form.
    pub(super) async fn client_auth(&self) -> Result<(GlobusClient, Option<HeaderValue>)> {
        let Some(secret) = self.credentials.secret().await? else { return Ok((self.without_secret(), None)) };
        let header = basic(&self.id, secret)
            .ok_or_else(|| Error::usage("the client's secret can't be sent in a header"))?;
        let client = self
            .without_secret()
            .set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
            .set_auth_type(AuthType::BasicAuth);
        Ok((client, Some(header)))
    }

    async fn send(
        &self,
        request: HttpRequest,
        header: Option<&HeaderValue>,
        idempotent: bool,
    ) -> Result<HttpResponse> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string())
            .map_err(|error| Error::usage("the URL of Globus Auth is not usable").because(error))?;
        let response = self.post(url, body, header.cloned(), idempotent).await?;
        let mut converted = HttpResponse::new(response.body);
        *converted.status_mut() = response.status;
        Ok(converted)
    }

    pub(super) async fn post(
        &self,
        url: Url,
        form: Vec<u8>,
        authorization: Option<HeaderValue>,
        idempotent: bool,
    ) -> Result<Response> {
        let response = self
            .http
            .send(&Request {
                method: Method::POST,
                authorization,
                form: Some(form),
                deadline: Some(DEADLINE),
                idempotent,
                ..Request::get(SERVICE, url, limits::DOCUMENT)
            })
            .await?;
        if response.is_outage() {
            return Err(Error::new(Kind::Unreachable, format!("{SERVICE} keeps failing"))
                .because(format!("status {}", response.status))
                .help("try again later; https://status.globus.org shows outages"));
        }
        Ok(response)
    }
}
