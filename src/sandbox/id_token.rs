//! Identity tokens (`OpenID` Connect Core 1.0, section 2).

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Header};
use serde_json::json;

use super::authorize::Request;
use super::problem::Refusal;
use super::state::Shared;

/// How long an identity token is good for, in seconds; the service's own value.
const LIFETIME: i64 = 172_800;

/// An identity token for who allowed this login, signed with RS256.
pub(super) fn id_token(
    shared: &Shared,
    client_id: &str,
    identity: &str,
    access_token: &str,
    request: &Request,
) -> Result<String, Refusal> {
    let failed = |why: String| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", why);
    let now = crate::tokens::now();
    let hash = digest(&SHA256, access_token.as_bytes());
    let mut claims = json!({
        "iss": shared.issuer(),
        "sub": identity,
        "aud": client_id,
        "iat": now,
        "exp": now + LIFETIME,
        "at_hash": URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]),
    });
    if let Some(nonce) = &request.nonce {
        claims["nonce"] = nonce.as_str().into();
    }
    if let Some(user) = shared.data.user_of(identity) {
        claims["preferred_username"] = user.username.as_str().into();
        claims["name"] = user.name.as_str().into();
        claims["email"] = user.email.as_str().into();
        claims["organization"] = user.organization.clone().into();
        claims["last_authentication"] = now.into();
    }
    let pair = shared.keys.pair().map_err(failed)?;
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(pair.id.clone());
    jsonwebtoken::encode(&header, &claims, &pair.private).map_err(|error| failed(error.to_string()))
}
