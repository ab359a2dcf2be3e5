//! Revoking tokens ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)).

use secrecy::{ExposeSecret, SecretString};

use super::endpoint::{SERVICE, endpoint};
use super::oauth_client::OAuthClient;
use crate::globus::tokens::{Token, Tokens};
use crate::{Error, Kind, Result};

impl OAuthClient<'_> {
    /// Whether the token was issued to this client by this Globus Auth, or does not say so. Only such a token can be
    /// revoked.
    pub fn is_for(&self, token: &Token) -> bool {
        token.client_id.as_ref().is_none_or(|id| id.eq_ignore_ascii_case(self.id()))
            && token.auth_url.as_ref().is_none_or(|url| url == self.auth.as_str())
    }

    /// Revokes as many of these tokens as possible; returns the first failure.
    pub async fn revoke_all(&self, tokens: &Tokens) -> Result<()> {
        let mut outcome = Ok(());
        for token in tokens.values() {
            for secret in token.refresh_token.iter().chain([&token.access_token]) {
                let revoked = self.revoke(secret).await;
                let unreachable = matches!(&revoked, Err(error) if error.kind == Kind::Unreachable);
                outcome = outcome.and(revoked);
                if unreachable {
                    // Each further request would wait as long.
                    return outcome;
                }
            }
        }
        outcome
    }

    async fn revoke(&self, token: &SecretString) -> Result<()> {
        let (_, header) = self.client_auth().await?;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("token", token.expose_secret());
        if header.is_none() {
            form.append_pair("client_id", self.id());
        }
        let url = endpoint(&self.auth, "v2/oauth2/token/revoke")?;
        let response = self.post(url, form.finish().into_bytes(), header, true).await?;
        if response.status.is_success() {
            return Ok(());
        }
        Err(Error::failed(format!("{SERVICE} did not revoke a token"))
            .because(format!("status {}", response.status)))
    }
}
