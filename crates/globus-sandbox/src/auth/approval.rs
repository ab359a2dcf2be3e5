//! The decision of a user about an authorization request.

use url::Url;

use super::authorization_request::AuthorizationRequest;
use super::error::AuthError;
use super::secret;
use super::service::Auth;
use super::session::Session;
use crate::data::User;
use crate::web::Parameters;

/// An approved login.
#[derive(Debug)]
pub(crate) struct Approval {
    pub(crate) code: String,
    /// Where the browser is redirected to.
    pub(crate) redirect: Url,
}

impl Auth {
    /// Approves the login of an authorize URL, as the user with this UUID or username, or as the first one.
    pub(crate) fn approve_url(&self, authorize_url: &Url, user: Option<&str>) -> Result<Approval, AuthError> {
        let request = self.read_url(authorize_url)?;
        let first = self.data.users.first().map(|user| user.id.as_str());
        let user = user.or(first).ok_or_else(|| AuthError::invalid_request("There is no user"))?;
        self.approve(&request, user)
    }

    /// Denies the login of an authorize URL, and returns where the browser is redirected to.
    pub(crate) fn deny_url(&self, authorize_url: &Url) -> Result<Url, AuthError> {
        deny(&self.read_url(authorize_url)?)
    }

    /// Approves a login as the user with this UUID or username.
    pub(super) fn approve(&self, request: &AuthorizationRequest, user: &str) -> Result<Approval, AuthError> {
        let user = self
            .data
            .users
            .iter()
            .find(|known| known.id == user || known.username == user)
            .ok_or_else(|| AuthError::invalid_request("There is no such user"))?;
        let code = secret::random();
        let redirect = redirect(request, &[("code", &code)])?;
        let mut state = self.state();
        let lifetime = state.settings.code_lifetime;
        state.consents.give(&user.id, &request.client_id, &request.scopes);
        state.tokens.add_code(
            code.clone(),
            request.clone(),
            user.id.clone(),
            session(request, user),
            lifetime,
        );
        Ok(Approval { code, redirect })
    }

    fn read_url(&self, authorize_url: &Url) -> Result<AuthorizationRequest, AuthError> {
        if authorize_url.path() != "/v2/oauth2/authorize" {
            return Err(AuthError::invalid_request("This is not an authorize URL"));
        }
        let parameters: Parameters = authorize_url.query_pairs().into_owned().collect();
        AuthorizationRequest::check(&self.url, &self.state().clients, &parameters)
    }
}

/// Denies a login, and returns where the browser is redirected to.
pub(super) fn deny(request: &AuthorizationRequest) -> Result<Url, AuthError> {
    redirect(request, &[("error", "access_denied"), ("error_description", "The user denied the request")])
}

/// A user authenticates with their own identity, and with the linked ones that the login requires.
fn session(request: &AuthorizationRequest, user: &User) -> Session {
    let mut authenticated = vec![user.id.clone()];
    for required in request.session.list("session_required_identities") {
        let linked = user.identities().find(|(id, username)| *id == required || *username == required);
        authenticated.extend(linked.map(|(id, _)| id.to_owned()).filter(|id| *id != user.id));
    }
    Session::new(request.session.clone(), authenticated)
}

/// Both a code and an error go to `redirect_uri` with the `state` of the request
/// ([RFC 6749, sections 4.1.2 and 4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)).
fn redirect(request: &AuthorizationRequest, parameters: &[(&str, &str)]) -> Result<Url, AuthError> {
    let mut redirect = Url::parse(&request.redirect_uri)
        .map_err(|_| AuthError::invalid_request("redirect_uri is not a URL"))?;
    let state = request.state.as_deref().map(|state| ("state", state));
    redirect.query_pairs_mut().extend_pairs(parameters).extend_pairs(state);
    Ok(redirect)
}
