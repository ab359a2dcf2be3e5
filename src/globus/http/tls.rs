//! Which certificates are trusted.

use std::path::{Path, PathBuf};

use reqwest::ClientBuilder;

use super::cause::innermost;
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

    pub(super) fn apply(&self, builder: ClientBuilder) -> Result<ClientBuilder> {
        match self {
            Self::System => Ok(builder),
            Self::Disabled => {
                tracing::warn!(
                    "certificates are not verified (GLOBUS_SDK_VERIFY_SSL): others can read the tokens"
                );
                Ok(builder.tls_danger_accept_invalid_certs(true))
            }
            Self::CaFile(path) => {
                let unusable = || Error::usage(format!("can't use the certificates in `{}`", path.display()));
                let pem = read_regular(path).map_err(|error| unusable().because(error))?;
                let certificates = reqwest::Certificate::from_pem_bundle(&pem)
                    .map_err(|error| unusable().because(innermost(&error)))?;
                if certificates.is_empty() {
                    return Err(unusable().because("it holds no certificate in PEM form"));
                }
                Ok(builder.tls_certs_only(certificates))
            }
        }
    }
}
