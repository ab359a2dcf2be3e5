//! What a test can set about tokens.

use std::time::Duration;

use serde::Deserialize;

/// What a refresh does with the refresh token. Globus Auth repeats it; a client has to handle all three
/// ([RFC 6749, section 6](https://www.rfc-editor.org/rfc/rfc6749#section-6)).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshTokenPolicy {
    /// The response has the same refresh token again.
    #[default]
    Repeat,
    /// The response has no refresh token. The old one stays valid.
    Omit,
    /// The response has a new refresh token. The old one is revoked.
    Rotate,
}

/// What is wrong with the ID tokens of a sandbox, to test that a client verifies them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdTokenFault {
    /// Nothing.
    #[default]
    #[serde(rename = "fine")]
    None,
    /// It expired 15 minutes ago.
    Expired,
    /// Its audience is another client.
    WrongAudience,
    /// Its issuer is not the sandbox.
    WrongIssuer,
    /// It was changed after it was signed.
    BadSignature,
    /// It becomes valid in 15 minutes.
    NotYetValid,
    /// The response has no ID token, although the scope `openid` was granted.
    Missing,
}

/// How tokens are issued.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) refresh_tokens: RefreshTokenPolicy,
    pub(crate) id_token_fault: IdTokenFault,
    pub(crate) token_lifetime: Duration,
    pub(crate) code_lifetime: Duration,
}
