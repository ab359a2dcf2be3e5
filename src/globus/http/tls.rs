//! How connections are encrypted, and which certificates are trusted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};

use super::pem::certificates;
use super::system_roots;
use super::unverified::Unverified;
use crate::fs::read_regular;
use crate::globus::environment::Env;
use crate::{Error, Result};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsVerification {
    /// With the certificate authorities of the system.
    System,
    /// With those in this PEM file only.
    CaFile(PathBuf),
    /// Every certificate is accepted: `GLOBUS_SDK_VERIFY_SSL=false`.
    Disabled,
}

impl TlsVerification {
    /// From `GLOBUS_SDK_VERIFY_SSL` (a boolean or the path of a CA bundle), then the profile's `ca_file`.
    pub fn resolve(ca_file: Option<&Path>, env: Env<'_>) -> Result<Self> {
        let from_profile = || ca_file.map_or(Self::System, |path| Self::CaFile(path.to_owned()));
        let Some(value) = env("GLOBUS_SDK_VERIFY_SSL") else { return Ok(from_profile()) };
        match value.to_lowercase().as_str() {
            "y" | "yes" | "t" | "true" | "on" | "1" => Ok(from_profile()),
            "n" | "no" | "f" | "false" | "off" | "0" => Ok(Self::Disabled),
            _ if PathBuf::from(&value).is_file() => Ok(Self::CaFile(value.into())),
            _ => Err(Error::usage("the environment variable GLOBUS_SDK_VERIFY_SSL is not usable")
                .because(format!("{value:?} is neither a boolean nor a file that exists"))),
        }
    }

    /// Reads the certificates, so it is only for connections that use them.
    pub(super) fn config(&self) -> Result<ClientConfig> {
        let builder = builder()?;
        let builder = match self {
            Self::System => system_roots::trust(builder)?,
            Self::CaFile(path) => builder.with_root_certificates(read(path).map_err(|why| {
                Error::usage(format!("can't use the certificates in `{}`", path.display())).because(why)
            })?),
            Self::Disabled => {
                log::warn!(
                    "certificates are not verified (GLOBUS_SDK_VERIFY_SSL): others can read the tokens"
                );
                let verifier = Unverified(builder.crypto_provider().clone());
                builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
            }
        };
        Ok(with_http(builder))
    }
}

/// For a client that makes no connection with TLS: nothing is trusted.
pub(super) fn unused() -> Result<ClientConfig> {
    Ok(with_http(builder()?.with_root_certificates(RootCertStore::empty())))
}

fn builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>> {
    ClientConfig::builder_with_provider(Arc::new(provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::failed("can't set up TLS").because(error))
}

fn with_http(builder: ConfigBuilder<ClientConfig, WantsClientCert>) -> ClientConfig {
    let mut config = builder.with_no_client_auth();
    // Over HTTP/2 requests at the same time share a connection.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

/// Every certificate in a file that was named must be usable.
fn read(path: &Path) -> Result<RootCertStore, String> {
    let pem = read_regular(path).map_err(|error| error.to_string())?;
    let mut roots = RootCertStore::empty();
    for (index, certificate) in certificates(&pem).into_iter().enumerate() {
        let wrong = |why: &str| format!("block number {} of its PEM {why}", index + 1);
        let certificate = certificate.map_err(|error| wrong(what_is_wrong(&error)))?;
        roots.add(certificate).map_err(|_| wrong("is not a certificate that can be trusted"))?;
    }
    if roots.is_empty() { Err("it holds no certificate in PEM form".to_owned()) } else { Ok(roots) }
}

/// Not the words of the library: they quote the file, which can hold a private key.
fn what_is_wrong(error: &pem::Error) -> &'static str {
    match error {
        pem::Error::MissingSectionEnd { .. } => "has no line `-----END CERTIFICATE-----`",
        pem::Error::IllegalSectionStart { .. } => "does not begin with a line `-----BEGIN CERTIFICATE-----`",
        pem::Error::Base64Decode(_) => "is not Base64",
        _ => "can't be read",
    }
}

/// The cryptography of TLS, which `auth/jws.rs` shares: ring.
///
/// - It takes random numbers from the kernel. AWS-LC, the default of reqwest, first collects some from the jitter of the
///   CPU, in every process: 33 ms, six times the rest of a run. Only a variable at build time turns that off, and it does
///   not reach those who install from a registry.
/// - The maintainers of rustls maintain ring too, for its security. It changes little, and much depends on it.
/// - It has assembly for x86 and ARM, and C for the rest. graviola needs AVX2 on x86-64, which old servers lack, and the
///   provider of `RustCrypto` is an alpha.
/// - Its licence is Apache-2.0 and ISC. It builds in seconds with a C compiler, and makes the binary 1.6 MB smaller.
///
/// AWS-LC would have FIPS mode, and a key exchange that withstands quantum computers (X25519MLKEM768).
fn provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}
