//! The key that signs ID tokens. It is made when it is first needed, because that takes a while.

use std::fmt::{self, Display};
use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey};
use pem::Pem;
use uuid::Uuid;

#[derive(Default)]
pub(super) struct Keys(OnceLock<Result<Pair, String>>);

/// An RSA key pair.
pub(super) struct Pair {
    /// The `kid` of its ID tokens.
    pub(super) id: String,
    pub(super) private: EncodingKey,
    pub(super) public: Jwk,
}

impl Keys {
    pub(super) fn pair(&self) -> Result<&Pair, String> {
        self.0.get_or_init(Pair::generate).as_ref().map_err(String::clone)
    }
}

/// Shows no private key.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

impl Pair {
    fn generate() -> Result<Self, String> {
        fn failed(error: impl Display) -> String {
            format!("can't make an RSA key: {error}")
        }
        let key = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let der: Pkcs8V1Der<'_> = key.as_der().map_err(failed)?;
        let pem = pem::encode(&Pem::new("PRIVATE KEY", der.as_ref()));
        let private = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(failed)?;
        let id = Uuid::new_v4().to_string();
        let mut public = Jwk::from_encoding_key(&private, Algorithm::RS256).map_err(failed)?;
        public.common.key_id = Some(id.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        public.common.key_algorithm = Some(KeyAlgorithm::RS256);
        Ok(Self { id, private, public })
    }
}
