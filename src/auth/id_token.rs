//! Who logged in, from the `id_token` in a token response.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// The claims this program uses.
#[derive(Deserialize)]
struct Claims {
    sub: String,
}

/// The identity that an `id_token` names; `None` when it can't be read.
///
/// The token comes straight from the token endpoint, so the connection vouches for it in the place of the
/// signature ([`OpenID` Connect Core 1.0, section 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html), item 6).
pub(super) fn identity(id_token: &str) -> Option<String> {
    let payload = id_token.split('.').nth(1)?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    Some(claims.sub)
}
