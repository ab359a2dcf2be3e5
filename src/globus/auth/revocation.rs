//! Revoking tokens ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)).

use secrecy::{ExposeSecret, SecretString};

use super::audience::may_go;
use super::endpoint::{SERVICE, endpoint};
use super::oauth_client::OAuthClient;
use crate::globus::tokens::{Token, Tokens};
use crate::{Error, Kind, Result};

impl OAuthClient<'_> {
    /// Whether the token was issued to this client by this Globus Auth, or does not say so and may go there. Only such a
    /// token can be revoked.
    pub fn is_for(&self, token: &Token) -> bool {
        token.client_id.as_ref().is_none_or(|id| id.eq_ignore_ascii_case(self.id()))
            && token.auth_url.as_ref().is_none_or(|url| url == self.auth.as_str())
            && may_go(token.auth_url.as_deref(), &self.auth)
    }

    /// Revokes as many of these tokens as possible; returns the first failure.
    pub async fn revoke_all(&self, tokens: &Tokens) -> Result<()> {
        let secrets =
            tokens.values().flat_map(|token| token.refresh_token.iter().chain([&token.access_token]));
        self.revoke_each(secrets).await
    }

    pub(super) async fn revoke_each(&self, secrets: impl Iterator<Item = &SecretString>) -> Result<()> {
        let mut outcome = Ok(());
        for secret in secrets {
            let revoked = self.revoke(secret).await;
            let unreachable = matches!(&revoked, Err(error) if error.kind == Kind::Unreachable);
            outcome = outcome.and(revoked);
            if unreachable {
                // Each further request would wait as long.
                break;
            }
        }
        outcome
    }

    async fn revoke(&self, token: &SecretString) -> Result<()> {
        let url = endpoint(&self.auth, "v2/oauth2/token/revoke")?;
        let response = self.post(&url, &[("token", token.expose_secret())], true).await?;
        if response.status.is_success() {
            return Ok(());
        }
        Err(Error::failed(format!("{SERVICE} did not revoke a token"))
            .because(format!("status {}", response.status)))
    }
}
