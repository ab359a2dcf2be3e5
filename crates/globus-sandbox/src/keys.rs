//! The key that signs identity tokens. Making one takes longer than the rest of a small run, so it is made
//! when it is first needed.

use std::fmt;
use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey};

/// The key, or the place for it.
#[derive(Default)]
pub(super) struct Keys(OnceLock<Result<Pair, String>>);

/// An RSA key and what the world may see of it.
pub(super) struct Pair {
    pub(super) id: String,
    pub(super) private: EncodingKey,
    pub(super) public: Jwk,
}

impl Keys {
    pub(super) fn pair(&self) -> Result<&Pair, String> {
        self.0.get_or_init(Pair::generate).as_ref().map_err(String::clone)
    }
}

/// No private key in any output.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

impl Pair {
    fn generate() -> Result<Self, String> {
        let unusable = |error: &dyn fmt::Display| format!("can't make an RSA key: {error}");
        let key = KeyPair::generate(KeySize::Rsa2048).map_err(|error| unusable(&error))?;
        let der: Pkcs8V1Der<'_> = key.as_der().map_err(|error| unusable(&error))?;
        let private =
            EncodingKey::from_rsa_pem(pem(der.as_ref()).as_bytes()).map_err(|error| unusable(&error))?;
        let id = uuid::Uuid::new_v4().to_string();
        let mut public =
            Jwk::from_encoding_key(&private, Algorithm::RS256).map_err(|error| unusable(&error))?;
        public.common.key_id = Some(id.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        public.common.key_algorithm = Some(KeyAlgorithm::RS256);
        Ok(Self { id, private, public })
    }
}

/// The text form of a private key (RFC 7468).
fn pem(der: &[u8]) -> String {
    let mut pem = "-----BEGIN PRIVATE KEY-----\n".to_owned();
    for line in STANDARD.encode(der).as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem + "-----END PRIVATE KEY-----\n"
}
