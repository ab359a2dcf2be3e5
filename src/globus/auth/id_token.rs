//! Verifying the `id_token` of a token response, which names the identity that logged in.
//!
//! [OpenID Connect Core 1.0, section 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)

use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::endpoint::{SERVICE, endpoint};
use super::identity::Identity;
use super::jws::{self, KeySet};
use crate::globus::http::{HttpClient, Request, limits};
use crate::globus::tokens::now;
use crate::globus::urls::is_loopback;
use crate::{Error, Kind, Result};

/// How far this machine's clock may be off, in seconds, as in the Globus SDK.
const LEEWAY: i64 = 300;

/// The claims that are checked or used.
#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    azp: Option<String>,
    exp: Option<i64>,
    nbf: Option<i64>,
    iat: Option<i64>,
    preferred_username: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// `/.well-known/openid-configuration`.
#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks_uri: Url,
}

/// Fetches the keys of Globus Auth, and checks signature, issuer, audience and times.
pub(super) async fn verify(
    id_token: &str,
    client_id: &str,
    auth: &Url,
    http: &HttpClient,
) -> Result<Identity> {
    let configuration: Configuration =
        fetch(http, &endpoint(auth, ".well-known/openid-configuration")?).await?;
    if configuration.jwks_uri.scheme() != "https" && !is_loopback(&configuration.jwks_uri) {
        return Err(invalid("the address of its keys is not https"));
    }
    let keys: KeySet = fetch(http, &configuration.jwks_uri).await?;
    let claims = jws::verify(id_token, &keys).map_err(|why| invalid(&why))?;
    check(&claims, client_id, &configuration.issuer, now()).map_err(|why| invalid(&why))
}

/// The identity that these claims name, if they are for this client and for now.
fn check(claims: &[u8], client_id: &str, issuer: &str, now: i64) -> Result<Identity, String> {
    let claims: Claims = serde_json::from_slice(claims).map_err(|_| "it is malformed")?;
    if required(claims.iss, "iss")? != issuer {
        return Err("it was not issued by Globus Auth".to_owned());
    }
    let for_client = match required(claims.aud, "aud")? {
        Audience::One(audience) => audience == client_id,
        Audience::Several(audiences) => audiences.iter().any(|audience| audience == client_id),
    };
    if !for_client || claims.azp.is_some_and(|party| party != client_id) {
        return Err("it was issued to another client".to_owned());
    }
    if required(claims.exp, "exp")?.saturating_add(LEEWAY) < now {
        return Err("it has expired: is this machine's clock right?".to_owned());
    }
    let latest = now.saturating_add(LEEWAY);
    if claims.nbf.is_some_and(|start| start > latest) {
        return Err("it is not valid yet: is this machine's clock right?".to_owned());
    }
    if required(claims.iat, "iat")? > latest {
        return Err("it was issued in the future: is this machine's clock right?".to_owned());
    }
    Ok(Identity { id: required(claims.sub, "sub")?, username: claims.preferred_username })
}

fn required<T>(claim: Option<T>, name: &str) -> Result<T, String> {
    claim.ok_or_else(|| format!("the claim `{name}` is missing"))
}

fn invalid(why: &str) -> Error {
    Error::failed("the identity token of the login is not valid").because(why)
}

async fn fetch<T: DeserializeOwned>(http: &HttpClient, url: &Url) -> Result<T> {
    let response = http.send(&Request::get(SERVICE, url.clone(), limits::DOCUMENT)).await?;
    if !response.status.is_success() {
        let kind = if response.is_outage() { Kind::Unreachable } else { Kind::Failed };
        return Err(Error::new(kind, format!("can't get the keys of {SERVICE}")).because(format!(
            "{}: status {}",
            url.path(),
            response.status
        )));
    }
    serde_json::from_slice(&response.body).map_err(|error| {
        Error::failed(format!("{SERVICE} sent no usable keys at {}", url.path())).because(error)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://auth.globus.org";
    const NOW: i64 = 1_700_000_000;

    fn outcome(claim: &str, value: Value) -> Result<Identity, String> {
        let mut claims = json!({
            "iss": ISSUER, "aud": "me", "sub": "ada", "iat": NOW, "exp": NOW + 60,
            "preferred_username": "ada@example.edu",
        });
        claims[claim] = value;
        check(claims.to_string().as_bytes(), "me", ISSUER, NOW)
    }

    #[test]
    fn claims_for_this_client_and_for_now_name_an_identity() {
        let good = Identity { id: "ada".to_owned(), username: Some("ada@example.edu".to_owned()) };
        for (claim, value) in [
            ("nonce", json!("n")),
            ("aud", json!(["you", "me"])),
            ("azp", json!("me")),
            // A clock that is off by less than five minutes, either way.
            ("exp", json!(NOW - 290)),
            ("iat", json!(NOW + 290)),
            ("nbf", json!(NOW + 290)),
        ] {
            assert_eq!(outcome(claim, value), Ok(good.clone()), "{claim}");
        }
    }

    #[test]
    fn other_claims_are_refused() {
        for (claim, value, why) in [
            ("exp", json!(NOW - 310), "expired"),
            ("iat", json!(NOW + 310), "in the future"),
            ("nbf", json!(NOW + 310), "not valid yet"),
            ("aud", json!("you"), "another client"),
            ("aud", json!(["you"]), "another client"),
            ("azp", json!("you"), "another client"),
            ("iss", json!("https://evil.example"), "not issued by Globus Auth"),
            ("exp", json!("soon"), "malformed"),
            ("iss", Value::Null, "`iss` is missing"),
            ("sub", Value::Null, "`sub` is missing"),
            ("aud", Value::Null, "`aud` is missing"),
            ("exp", Value::Null, "`exp` is missing"),
            ("iat", Value::Null, "`iat` is missing"),
        ] {
            let refused = outcome(claim, value).unwrap_err();
            assert!(refused.contains(why), "{claim}: {refused}");
        }
        assert!(check(b"[]", "me", ISSUER, NOW).is_err());
    }
}
