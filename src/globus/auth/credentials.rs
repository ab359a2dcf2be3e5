//! How a client authenticates to Globus Auth.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;

use super::secret_source::{CLIENT_SECRET, SecretSource};
use crate::{Error, Result};

/// The secret of a client, if it has one. It is read only when it is needed: most runs have a valid token, and a
/// command can prompt its user.
#[derive(Debug, Clone)]
pub struct Credentials {
    source: Option<SecretSource>,
    secret: OnceCell<SecretString>,
}

impl Credentials {
    /// A native client has no secret; it uses PKCE.
    pub fn native() -> Self {
        Self { source: None, secret: OnceCell::new() }
    }

    pub fn from(source: SecretSource) -> Self {
        Self { source: Some(source), secret: OnceCell::new() }
    }

    /// A confidential client with this secret.
    #[cfg(feature = "sandbox")]
    pub fn known(secret: SecretString) -> Self {
        Self { source: None, secret: OnceCell::from(secret) }
    }

    /// The secret, read once; `None` for a native client. Exit code 2 if it is not where the profile says.
    pub(super) async fn secret(&self) -> Result<Option<&SecretString>> {
        if let Some(secret) = self.secret.get() {
            return Ok(Some(secret));
        }
        let Some(source) = &self.source else { return Ok(None) };
        self.secret.get_or_try_init(|| source.read(CLIENT_SECRET)).await.map(Some)
    }

    /// Why the secret can't be read. A command is not run, so its failure is not known.
    pub fn secret_problem(&self) -> Option<Error> {
        self.source.as_ref()?.problem(CLIENT_SECRET)
    }
}

/// The header of HTTP Basic ([RFC 7617](https://www.rfc-editor.org/rfc/rfc7617)). Like the Globus SDK, it does not
/// form-encode the two parts, although RFC 6749 says so.
pub(super) fn basic(client_id: &str, secret: &SecretString) -> Option<HeaderValue> {
    let pair = format!("{client_id}:{}", secret.expose_secret());
    let mut header = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair))).ok()?;
    header.set_sensitive(true);
    Some(header)
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::basic;

    /// What `requests` sends for `HTTPBasicAuth("id", "a+b/c=")`.
    #[test]
    fn basic_is_what_the_sdk_sends() {
        let header = basic("id", &SecretString::from("a+b/c=")).unwrap();
        assert_eq!(header.to_str().unwrap(), "Basic aWQ6YStiL2M9");
        assert!(!format!("{header:?}").contains("aWQ6"));
    }
}
