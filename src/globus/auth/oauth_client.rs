//! OAuth 2.0 with Globus Auth: the authorize URL, and codes, refresh tokens and secrets exchanged for tokens.
//!
//! <https://docs.globus.org/api/auth/developer-guide/>

use std::borrow::Cow;
use std::time::Duration;

use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, RedirectUrl};
use reqwest::Method;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::{Url, form_urlencoded};

use super::audience::{check_secret, check_token};
use super::authorization::{Authorization, AuthorizationRequest};
use super::consents;
use super::credentials::{Credentials, basic};
use super::endpoint::{SERVICE, endpoint};
use super::id_token;
use super::identity::Identity;
use super::requested_scopes::RequestedScopes;
use super::token_response::{Refreshed, TokenEndpointError, TokenResponse};
use crate::globus::http::{Content, HttpClient, Request, Response, limits};
use crate::globus::scope::Scope;
use crate::globus::service::BaseUrl;
use crate::globus::tokens::{Token, Tokens};
use crate::terminal::signals::ShutdownGuard;
use crate::{Error, Kind, Result};

/// Longer than Globus Auth ever takes, and shorter than other runs wait for the lock.
const DEADLINE: Duration = Duration::from_secs(75);

/// A client of Globus Auth. A native client has no secret and uses PKCE (RFC 7636); a confidential client
/// authenticates with its secret.
pub struct OAuthClient<'a> {
    id: String,
    credentials: Credentials,
    pub(super) auth: BaseUrl,
    authorize: AuthUrl,
    token: Url,
    code_page: Url,
    http: &'a HttpClient,
}

impl<'a> OAuthClient<'a> {
    /// A client of the Globus Auth at this base URL.
    pub fn new(
        client_id: &str,
        credentials: Credentials,
        auth: &BaseUrl,
        http: &'a HttpClient,
    ) -> Result<Self> {
        Ok(Self {
            id: client_id.to_owned(),
            credentials,
            auth: auth.clone(),
            authorize: AuthUrl::from_url(endpoint(auth, "v2/oauth2/authorize")?),
            token: endpoint(auth, "v2/oauth2/token")?,
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
        let client = BasicClient::new(ClientId::new(self.id.clone())).set_auth_uri(self.authorize.clone());
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
        guard: &ShutdownGuard,
    ) -> Result<TokenResponse, TokenEndpointError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", authorization.verifier.secret()),
            ("redirect_uri", authorization.redirect()),
        ];
        // A code is valid once. Sending it again would revoke the tokens it was exchanged for.
        let response = self.post_guarded(&self.token, &form, false, Some(guard)).await?;
        TokenResponse::read(response.status, &response.body)
    }

    /// Refreshes an access token.
    pub(super) async fn refresh(
        &self,
        token: &Token,
        refresh_token: &SecretString,
        guard: &ShutdownGuard,
    ) -> Result<Refreshed, TokenEndpointError> {
        check_token(token.auth_url.as_deref(), &self.auth)?;
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose_secret())];
        let response = self.post_guarded(&self.token, &form, true, Some(guard)).await?;
        let mut refreshed =
            TokenResponse::read(response.status, &response.body)?.refreshed(token, refresh_token);
        self.mark(&mut refreshed.tokens);
        Ok(refreshed)
    }

    /// Tokens for the client itself (RFC 6749, section 4.4).
    pub(super) async fn client_credentials(
        &self,
        requested: &RequestedScopes,
    ) -> Result<Tokens, TokenEndpointError> {
        let scope = requested.join();
        let form = [("grant_type", "client_credentials"), ("scope", scope.as_str())];
        let response = self.post(&self.token, &form, true).await?;
        let mut tokens = TokenResponse::read(response.status, &response.body)?.tokens()?;
        self.mark(&mut tokens);
        for token in tokens.values_mut() {
            // The identity of a service account has the id of its client. Its secret is all that it refreshes with.
            token.identity_id = Some(self.id().to_owned());
            token.username = Some(format!("{}@clients.auth.globus.org", self.id()));
            token.refresh_token = None;
        }
        Ok(tokens)
    }

    /// Marks new tokens with the client and the issuer.
    pub(super) fn mark(&self, tokens: &mut Tokens) {
        for token in tokens.values_mut() {
            token.client_id = Some(self.id.clone());
            token.auth_url = Some(self.auth.to_string());
        }
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

    /// Sends a form to Globus Auth, authenticated as the client. A native client has no secret, and names itself.
    pub(super) async fn post(&self, url: &Url, form: &[(&str, &str)], idempotent: bool) -> Result<Response> {
        self.post_guarded(url, form, idempotent, None).await
    }

    async fn post_guarded(
        &self,
        url: &Url,
        form: &[(&str, &str)],
        idempotent: bool,
        guard: Option<&ShutdownGuard>,
    ) -> Result<Response> {
        let authorization = self.authorization().await?;
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        if authorization.is_none() {
            body.append_pair("client_id", &self.id);
        }
        let response = self
            .http
            .send(&Request {
                method: Method::POST,
                authorization,
                content: Some(Content::Form(body.finish().into_bytes())),
                deadline: Some(DEADLINE),
                idempotent,
                guard,
                ..Request::get(SERVICE, url.clone(), limits::DOCUMENT)
            })
            .await?;
        if response.is_outage() {
            return Err(Error::new(Kind::Unreachable, format!("{SERVICE} keeps failing"))
                .because(format!("status {}", response.status))
                .help("try again later; https://status.globus.org shows outages"));
        }
        if let Some(host) = &response.redirect {
            return Err(Error::failed(format!("{SERVICE} did not take the request"))
                .because(format!("it redirects to {host}, where no token is sent"))
                .help("check the profile's `[environment]` and the variables GLOBUS_SDK_*, and whether a proxy answers"));
        }
        Ok(response)
    }

    /// The header that authenticates the client; `None` for a native client.
    async fn authorization(&self) -> Result<Option<HeaderValue>> {
        let Some(secret) = self.credentials.secret().await? else { return Ok(None) };
        check_secret(&self.auth)?;
        let unusable = || Error::usage("the client's secret can't be sent in a header");
        basic(&self.id, secret).ok_or_else(unusable).map(Some)
    }
}
