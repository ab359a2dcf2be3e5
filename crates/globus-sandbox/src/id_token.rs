//! Identity tokens (`OpenID` Connect Core 1.0, section 2), good ones and spoiled ones.

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Header};
use serde::Deserialize;
use serde_json::json;

use super::grants::{Issued, Parties};
use super::principal::Principal;
use super::problem::Refusal;
use super::state::Shared;

/// How long an identity token is good for, in seconds; the service's own value.
const LIFETIME: i64 = 172_800;

/// Longer than any clock is forgiven to be wrong: clients of Globus allow 300 s.
const LATE: i64 = 900;

/// What is wrong with the identity tokens of a sandbox, for the test of a client that has to notice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spoil {
    /// Nothing.
    #[default]
    Fine,
    /// It ended, longer ago than clocks differ.
    Expired,
    /// It is for another client.
    WrongAudience,
    /// Somebody else says to have made it.
    WrongIssuer,
    /// It was changed after it was signed.
    BadSignature,
    /// It begins to be good later, by more than clocks differ.
    NotYetValid,
    /// There is none, although `openid` was asked for.
    Missing,
}

/// An identity token for who is behind these parties, signed with RS256, beside the tokens `issued`. `None`
/// if the scopes don't ask for one.
pub(super) fn id_token(
    shared: &Shared,
    spoil: Spoil,
    parties: &Parties,
    principal: Option<&Principal>,
    nonce: Option<&str>,
    issued: &[Issued],
) -> Result<Option<String>, Refusal> {
    let scopes: Vec<&str> = issued.iter().flat_map(|token| token.scope.split(' ')).collect();
    if spoil == Spoil::Missing || !scopes.contains(&"openid") {
        return Ok(None);
    }
    let now = crate::clock::now();
    let (begins, ends) = match spoil {
        Spoil::Expired => (now - LIFETIME - LATE, now - LATE),
        Spoil::NotYetValid => (now + LATE, now + LATE + LIFETIME),
        _ => (now, now + LIFETIME),
    };
    let access_token = issued.first().map_or("", |token| token.access_token.as_str());
    let hash = digest(&SHA256, access_token.as_bytes());
    let mut claims = principal.map_or_else(
        || json!({ "sub": parties.identity }),
        |principal| principal.claims(&parties.identity, &scopes, parties.session.since),
    );
    claims["iss"] = shared.issuer().into();
    claims["aud"] = parties.client_id.as_str().into();
    claims["iat"] = begins.into();
    claims["exp"] = ends.into();
    claims["at_hash"] = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]).into();
    if let Some(nonce) = nonce {
        claims["nonce"] = nonce.into();
    }
    match spoil {
        Spoil::WrongAudience => claims["aud"] = uuid::Uuid::new_v4().to_string().into(),
        Spoil::WrongIssuer => claims["iss"] = "https://auth.evil.example".into(),
        Spoil::NotYetValid => claims["nbf"] = begins.into(),
        _ => {}
    }
    let token = sign(shared, &claims)?;
    Ok(Some(if spoil == Spoil::BadSignature { with_another_signature(&token) } else { token }))
}

fn sign(shared: &Shared, claims: &serde_json::Value) -> Result<String, Refusal> {
    let failed = |why: String| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", why);
    let pair = shared.keys.pair().map_err(failed)?;
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(pair.id.clone());
    jsonwebtoken::encode(&header, claims, &pair.private).map_err(|error| failed(error.to_string()))
}

/// The same token with one character of its signature changed, in its middle where every bit counts.
fn with_another_signature(token: &str) -> String {
    let signature = token.rfind('.').map_or(0, |dot| dot + 1);
    let changed = usize::midpoint(signature, token.len());
    token
        .char_indices()
        .map(|(index, letter)| match letter {
            'A' if index == changed => 'B',
            _ if index == changed => 'A',
            letter => letter,
        })
        .collect()
}
