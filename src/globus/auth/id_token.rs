//! Verifying the `id_token` of a token response, which names the identity that logged in.
//!
//! [OpenID Connect Core 1.0, section 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::endpoint::{SERVICE, endpoint};
use super::identity::Identity;
use crate::globus::http::{HttpClient, Request, limits};
use crate::globus::tokens::now;
use crate::globus::urls::is_loopback;
use crate::{Error, Kind, Result};

/// How far this machine's clock may be off, in seconds, as in the Globus SDK.
const LEEWAY: u64 = 300;

/// The claims this program uses.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    iat: i64,
    azp: Option<String>,
    preferred_username: Option<String>,
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
    let keys: JwkSet = fetch(http, &configuration.jwks_uri).await?;
    check(id_token, client_id, &configuration.issuer, &keys)
}

fn check(id_token: &str, client_id: &str, issuer: &str, keys: &JwkSet) -> Result<Identity> {
    let header = decode_header(id_token).map_err(|error| invalid(&explain(error.kind())))?;
    let key = find(keys, header.kid.as_deref()).ok_or_else(|| invalid("no key of Globus Auth signed it"))?;
    let key = DecodingKey::from_jwk(key).map_err(|error| invalid(&explain(error.kind())))?;

    // Globus signs with RS256. An algorithm from the header would be the forger's choice.
    let mut validation = Validation::new(Algorithm::RS256);
    validation.leeway = LEEWAY;
    validation.validate_nbf = true;
    validation.set_audience(&[client_id]);
    validation.set_issuer(&[issuer]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let claims: Claims =
        decode(id_token, &key, &validation).map_err(|error| invalid(&explain(error.kind())))?.claims;
    if claims.azp.is_some_and(|party| party != client_id) {
        return Err(invalid("it was issued to another client"));
    }
    if claims.iat > now().saturating_add_unsigned(LEEWAY) {
        return Err(invalid("it was issued in the future: is this machine's clock right?"));
    }
    Ok(Identity { id: claims.sub, username: claims.preferred_username })
}

/// The key with this id. A token without one can only mean a single key.
fn find<'k>(keys: &'k JwkSet, id: Option<&str>) -> Option<&'k Jwk> {
    match (id, keys.keys.as_slice()) {
        (Some(id), _) => keys.find(id),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

fn invalid(why: &str) -> Error {
    Error::failed("the identity token of the login is not valid").because(why)
}

fn explain(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::ExpiredSignature => "it has expired: is this machine's clock right?".to_owned(),
        ErrorKind::ImmatureSignature => "it is not valid yet: is this machine's clock right?".to_owned(),
        ErrorKind::InvalidSignature => "its signature is wrong".to_owned(),
        ErrorKind::InvalidIssuer => "it was not issued by Globus Auth".to_owned(),
        ErrorKind::InvalidAudience => "it was issued to another client".to_owned(),
        ErrorKind::MissingRequiredClaim(claim) => format!("the claim `{claim}` is missing"),
        ErrorKind::InvalidAlgorithm => "it is not signed with RS256".to_owned(),
        _ => "it is malformed".to_owned(),
    }
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
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::*;

    type Edit = &'static dyn Fn(&mut Value);

    const ISSUER: &str = "https://auth.globus.org";

    fn pair() -> (EncodingKey, JwkSet) {
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
        let pair = EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes()).unwrap();
        let mut public = Jwk::from_encoding_key(&pair, Algorithm::RS256).unwrap();
        public.common.key_id = Some("k1".to_owned());
        (pair, JwkSet { keys: vec![public] })
    }

    fn claims() -> Value {
        json!({ "iss": ISSUER, "aud": "me", "sub": "ada", "iat": now(), "exp": now() + 60,
                "preferred_username": "ada@example.edu" })
    }

    #[test]
    fn only_a_valid_token_names_an_identity() {
        let (private, keys) = pair();
        let signed = |kid: Option<&str>, edit: &dyn Fn(&mut Value)| {
            let mut claims = claims();
            edit(&mut claims);
            let header = Header { kid: kid.map(str::to_owned), ..Header::new(Algorithm::RS256) };
            encode(&header, &claims, &private).unwrap()
        };
        let outcome = |token: &str| check(token, "me", ISSUER, &keys).map_err(|error| error.to_string());
        let good = Identity { id: "ada".to_owned(), username: Some("ada@example.edu".to_owned()) };
        assert_eq!(outcome(&signed(Some("k1"), &|_| ())), Ok(good.clone()));
        assert_eq!(outcome(&signed(None, &|_| ())), Ok(good.clone()));
        // A clock that is off by less than five minutes, either way.
        assert_eq!(
            outcome(&signed(Some("k1"), &|claims| claims["exp"] = (now() - 290).into())),
            Ok(good.clone())
        );
        assert_eq!(outcome(&signed(Some("k1"), &|claims| claims["iat"] = (now() + 290).into())), Ok(good));
        let invalid: [(Option<&str>, Edit, &str); 10] = [
            (Some("k2"), &|_| (), "no key of Globus Auth signed it"),
            (Some("k1"), &|claims| claims["exp"] = (now() - 310).into(), "expired"),
            (Some("k1"), &|claims| claims["iat"] = (now() + 310).into(), "in the future"),
            (Some("k1"), &|claims| claims["nbf"] = (now() + 310).into(), "not valid yet"),
            (Some("k1"), &|claims| claims["aud"] = "you".into(), "another client"),
            (Some("k1"), &|claims| claims["azp"] = "you".into(), "another client"),
            (
                Some("k1"),
                &|claims| claims["iss"] = "https://evil.example".into(),
                "not issued by Globus Auth",
            ),
            (Some("k1"), &|claims| claims["sub"] = Value::Null, "malformed"),
            (Some("k1"), &|claims| drop(claims.as_object_mut().unwrap().remove("aud")), "`aud` is missing"),
            (Some("k1"), &|claims| drop(claims.as_object_mut().unwrap().remove("exp")), "`exp` is missing"),
        ];
        for (kid, edit, reason) in invalid {
            let error = outcome(&signed(kid, edit)).unwrap_err();
            assert!(error.contains("is not valid") && error.contains(reason), "{reason}: {error}");
        }
        let other =
            encode(&Header::new(Algorithm::HS256), &claims(), &EncodingKey::from_secret(b"x")).unwrap();
        assert!(outcome(&other).is_err());
        let mut forged = signed(Some("k1"), &|_| ());
        forged.replace_range(forged.len() - 6.., "AAAAAA");
        assert!(outcome(&forged).unwrap_err().contains("signature"));
        for nonsense in ["", "a.b", "a.b.c", "...."] {
            assert!(outcome(nonsense).is_err());
        }
    }
}
