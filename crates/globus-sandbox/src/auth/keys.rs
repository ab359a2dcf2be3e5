//! The key that signs ID tokens. Reading it takes a while, so that is left to whoever needs it first.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::RSA_PKCS1_SHA512;
use serde_json::{Value, json};

/// Everybody has this key, in PKCS #1. That costs no safety: a client takes the keys of a sandbox from the sandbox itself,
/// over plain HTTP, and what it signs is worth nothing elsewhere. Making one would take a tenth of a second in each test.
const PUBLISHED: &[u8] = include_bytes!("id_token_key.der");

/// The algorithm of Globus Auth.
pub(super) const ALGORITHM: &str = "RS512";

#[derive(Debug, Default)]
pub(super) struct Keys(OnceLock<Result<KeyPair, String>>);

impl Keys {
    fn pair(&self) -> Result<&KeyPair, String> {
        let read =
            || KeyPair::from_der(PUBLISHED).map_err(|error| format!("the RSA key is unusable: {error}"));
        self.0.get_or_init(read).as_ref().map_err(String::clone)
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let pair = self.pair()?;
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(&RSA_PKCS1_SHA512, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| "the RSA key does not sign")?;
        Ok(signature)
    }

    /// The public half, as Globus Auth publishes its own: without an ID.
    pub(super) fn public(&self) -> Result<Value, String> {
        let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(self.pair()?.public());
        Ok(json!({
            "alg": ALGORITHM,
            "e": URL_SAFE_NO_PAD.encode(e),
            "kty": "RSA",
            "n": URL_SAFE_NO_PAD.encode(n),
            "use": "sig",
        }))
    }
}
