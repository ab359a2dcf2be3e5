//! A login at Globus Auth, before its code arrives.

use oauth2::{CsrfToken, PkceCodeVerifier, RedirectUrl};
use url::Url;

use super::authorization_parameters::AuthorizationParameters;
use super::requested_scopes::RequestedScopes;

#[derive(Debug, Clone, Copy)]
pub struct AuthorizationRequest<'r> {
    pub(super) scopes: &'r RequestedScopes,
    pub(super) refresh_tokens: bool,
    /// Shown on the consent page, and later in the user's list of consents.
    pub(super) label: &'r str,
    pub(super) parameters: &'r AuthorizationParameters,
}

/// A login that waits for its code.
pub struct Authorization {
    /// The address of the login page.
    pub url: Url,
    /// The callback must have the same.
    pub state: CsrfToken,
    pub(super) redirect: RedirectUrl,
    pub(super) verifier: PkceCodeVerifier,
}

impl Authorization {
    /// The redirect URI.
    pub fn redirect(&self) -> &str {
        self.redirect.as_str()
    }
}
