//! JSON Web Signatures of Globus Auth: [RFC 7515](https://www.rfc-editor.org/rfc/rfc7515) with RSA keys.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
};
use serde::Deserialize;
use serde::de::IgnoredAny;

const MALFORMED: &str = "it is malformed";

/// A JSON Web Key Set ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517)).
#[derive(Deserialize)]
pub(super) struct KeySet {
    keys: Vec<Key>,
}

/// Keys of other kinds lack the modulus or the exponent, and are passed over.
#[derive(Deserialize)]
struct Key {
    #[serde(rename = "kid")]
    id: Option<String>,
    #[serde(rename = "alg")]
    algorithm: Option<String>,
    /// The modulus.
    n: Option<String>,
    /// The exponent.
    e: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    #[serde(rename = "alg")]
    algorithm: String,
    #[serde(rename = "kid")]
    key_id: Option<String>,
    /// Extensions that must be understood. This program understands none.
    #[serde(rename = "crit")]
    critical: Option<IgnoredAny>,
}

/// The payload, if one of the keys signed it; else why not.
pub(super) fn verify(token: &str, keys: &KeySet) -> Result<Vec<u8>, String> {
    let (message, signature) = token.rsplit_once('.').ok_or(MALFORMED)?;
    let (header, payload) = message.split_once('.').ok_or(MALFORMED)?;
    let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| MALFORMED)?;
    if header.critical.is_some() {
        return Err("it has extensions that this program does not know".to_owned());
    }
    let parameters = parameters(&header.algorithm)?;
    let signature = decode(signature)?;
    let mut candidates = keys.keys.iter().filter_map(|key| key.fitting(&header)).peekable();
    if candidates.peek().is_none() {
        return Err("no key of Globus Auth signed it".to_owned());
    }
    // Globus Auth names no key, so while it changes its keys every one of them is tried.
    if candidates.any(|key| key.verify(parameters, message.as_bytes(), &signature).is_ok()) {
        decode(payload)
    } else {
        Err("its signature is wrong".to_owned())
    }
}

/// Globus Auth signs with RS512; RS256 is the default of OpenID Connect. Both need the private key, so a forger gains
/// nothing by the choice between them. `none` and shared secrets are refused.
fn parameters(algorithm: &str) -> Result<&'static RsaParameters, String> {
    match algorithm {
        "RS256" => Ok(&RSA_PKCS1_2048_8192_SHA256),
        "RS512" => Ok(&RSA_PKCS1_2048_8192_SHA512),
        _ => Err("it is signed neither with RS512 nor with RS256".to_owned()),
    }
}

fn decode(part: &str) -> Result<Vec<u8>, String> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| MALFORMED.to_owned())
}

impl Key {
    /// The public key, if it may have signed a token with this header.
    fn fitting(&self, header: &Header) -> Option<RsaPublicKeyComponents<Vec<u8>>> {
        let id_fits = header.key_id.is_none() || header.key_id == self.id;
        let algorithm_fits = self.algorithm.as_ref().is_none_or(|name| *name == header.algorithm);
        if !id_fits || !algorithm_fits {
            return None;
        }
        Some(RsaPublicKeyComponents { n: decode(self.n.as_ref()?).ok()?, e: decode(self.e.as_ref()?).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    // RFC 7515, appendix A.2.
    const HEADER: &str = "eyJhbGciOiJSUzI1NiJ9";
    const PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
                           cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7\
                             AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4\
                             BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K\
                             0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv\
                             hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB\
                             p0igcN_IoypGlUPQGe77Rw";
    const MODULUS: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp\
                           -Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOW\
                           vG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUs\
                           LA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9k\
                           G4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2\
                           PAcDTW9gb54h4FRWyuXpoQ";

    fn key() -> Value {
        json!({ "kty": "RSA", "e": "AQAB", "n": MODULUS })
    }

    /// The payload of the token with this header and signature, verified with these keys.
    fn verified(header: &str, signature: &str, keys: &[Value]) -> Result<Vec<u8>, String> {
        let keys = serde_json::from_value(json!({ "keys": keys })).unwrap();
        verify(&format!("{header}.{PAYLOAD}.{signature}"), &keys)
    }

    fn encoded(header: &Value) -> String {
        URL_SAFE_NO_PAD.encode(header.to_string())
    }

    #[test]
    fn the_example_of_the_standard_is_verified() {
        let of = |other: Value| {
            let mut key = key();
            key.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
            key
        };
        let elliptic = json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" });
        let another = of(json!({ "n": SIGNATURE }));
        for keys in [
            vec![key()],
            vec![of(json!({ "kid": "k1" }))],
            vec![of(json!({ "alg": "RS256" }))],
            // While the keys change.
            vec![elliptic, another, key()],
        ] {
            let payload = verified(HEADER, SIGNATURE, &keys).unwrap();
            assert!(payload.starts_with(br#"{"iss":"joe","#), "{payload:?}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let good = [key()];
        let changed = SIGNATURE.replacen("cC4h", "cC4i", 1);
        let named = |id: &str| json!({ "kty": "RSA", "e": "AQAB", "n": MODULUS, "kid": id });
        for (header, signature, keys, why) in [
            (HEADER.to_owned(), changed.as_str(), good.to_vec(), "its signature is wrong"),
            (HEADER.to_owned(), "", good.to_vec(), "its signature is wrong"),
            (HEADER.to_owned(), SIGNATURE, vec![], "no key of Globus Auth"),
            (encoded(&json!({ "alg": "RS512" })), SIGNATURE, good.to_vec(), "its signature is wrong"),
            (encoded(&json!({ "alg": "none" })), "", good.to_vec(), "neither with RS512 nor with RS256"),
            (encoded(&json!({ "alg": "HS256" })), SIGNATURE, good.to_vec(), "neither with RS512"),
            (
                encoded(&json!({ "alg": "RS256", "crit": ["b64"], "b64": false })),
                "",
                good.to_vec(),
                "extensions",
            ),
            (
                encoded(&json!({ "alg": "RS256", "kid": "k2" })),
                SIGNATURE,
                vec![named("k1")],
                "no key of Globus",
            ),
            (encoded(&json!({})), SIGNATURE, good.to_vec(), "malformed"),
            ("e30=".to_owned(), SIGNATURE, good.to_vec(), "malformed"),
        ] {
            let refused = verified(&header, signature, &keys).unwrap_err();
            assert!(refused.contains(why), "{header}: {refused}");
        }
        let keys: KeySet = serde_json::from_value(json!({ "keys": good })).unwrap();
        for nonsense in ["", "a.b", "a.b.c", "....", HEADER] {
            assert_eq!(verify(nonsense, &keys), Err(MALFORMED.to_owned()), "{nonsense:?}");
        }
    }
}
