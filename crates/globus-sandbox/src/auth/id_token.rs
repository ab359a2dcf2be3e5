//! ID tokens ([OpenID Connect Core 1.0, section 2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)),
//! right or wrong as a test wants them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::digest::{SHA512, digest};
use serde_json::{Value, json};
use uuid::Uuid;

use super::error::AuthError;
use super::keys::ALGORITHM;
use super::principal::Principal;
use super::service::Auth;
use super::settings::IdTokenFault;
use super::tokens::{Grant, IssuedToken};

/// How long an ID token of Globus Auth is valid, in seconds.
const LIFETIME: i64 = 172_800;

/// How far the times of a wrong ID token are off, in seconds: more than the leeway of any client, which is
/// 300 s in Globus's SDK.
const BEYOND_LEEWAY: i64 = 900;

impl Auth {
    /// A signed ID token for the principal of a grant, beside the tokens `issued`; `None` if these lack the
    /// scope `openid`.
    pub(super) fn id_token(
        &self,
        fault: IdTokenFault,
        grant: &Grant,
        principal: Option<&Principal>,
        nonce: Option<&str>,
        issued: &[IssuedToken],
    ) -> Result<Option<String>, AuthError> {
        let scopes: Vec<&str> = issued.iter().flat_map(|token| token.scope.split(' ')).collect();
        if fault == IdTokenFault::Missing || !scopes.contains(&"openid") {
            return Ok(None);
        }
        let now = Timestamp::now().as_second();
        let issued_at = match fault {
            IdTokenFault::Expired => now - LIFETIME - BEYOND_LEEWAY,
            IdTokenFault::NotYetValid => now + BEYOND_LEEWAY,
            _ => now,
        };
        let access_token = issued.first().map_or("", |token| token.access_token.as_str());
        let hash = digest(&SHA512, access_token.as_bytes());
        let mut claims = principal.map_or_else(
            || json!({ "sub": grant.identity }),
            |principal| principal.claims(&grant.identity, &scopes, grant.session.auth_time),
        );
        claims["iss"] = self.issuer().into();
        claims["aud"] = grant.client_id.as_str().into();
        claims["iat"] = issued_at.into();
        claims["exp"] = (issued_at + LIFETIME).into();
        claims["at_hash"] = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..32]).into();
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.into();
        }
        match fault {
            IdTokenFault::WrongAudience => claims["aud"] = Uuid::new_v4().to_string().into(),
            IdTokenFault::WrongIssuer => claims["iss"] = "https://auth.evil.example".into(),
            IdTokenFault::NotYetValid => claims["nbf"] = issued_at.into(),
            _ => {}
        }
        let token = self.sign(&claims)?;
        Ok(Some(if fault == IdTokenFault::BadSignature { with_another_signature(&token) } else { token }))
    }

    fn sign(&self, claims: &Value) -> Result<String, AuthError> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&json!({ "typ": "JWT", "alg": ALGORITHM })), part(claims));
        let signature = self.keys.sign(message.as_bytes()).map_err(AuthError::server_error)?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// The same token with another character in the middle of its signature, where every bit counts.
fn with_another_signature(token: &str) -> String {
    let signature = token.rfind('.').map_or(0, |dot| dot + 1);
    let (before, rest) = token.split_at(usize::midpoint(signature, token.len()));
    let other = if rest.starts_with('A') { 'B' } else { 'A' };
    before.chars().chain([other]).chain(rest.chars().skip(1)).collect()
}
