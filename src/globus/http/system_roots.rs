//! The certificate authorities that this machine trusts.

use rustls::client::WantsClientCert;
use rustls::{ClientConfig, ConfigBuilder, WantsVerifier};

use crate::{Error, Result};

type Unverifying = ConfigBuilder<ClientConfig, WantsVerifier>;
type Verifying = ConfigBuilder<ClientConfig, WantsClientCert>;

/// Asks the system's own verifier, which knows what users and administrators trust and distrust.
#[cfg(target_vendor = "apple")]
pub(super) fn trust(builder: Unverifying) -> Result<Verifying> {
    use rustls_platform_verifier::BuilderVerifierExt;

    builder
        .with_platform_verifier()
        .map_err(|error| Error::failed("can't use the certificates of the system").because(error))
}

/// Reads the files of the system.
///
/// What the distribution or the administrator distrusts is not in them: `update-ca-certificates` and `update-ca-trust`
/// (p11-kit) leave it out when they write them. Revocation is not checked, as everywhere else on these systems, so that
/// no connection waits for one to a third party.
#[cfg(not(target_vendor = "apple"))]
pub(super) fn trust(builder: Unverifying) -> Result<Verifying> {
    Ok(builder.with_root_certificates(files::load()?))
}

#[cfg(not(target_vendor = "apple"))]
mod files {
    use std::env;
    use std::path::{Path, PathBuf};

    use rustls::RootCertStore;

    use super::super::pem::certificates;
    use super::{Error, Result};
    use crate::fs::read_regular;

    pub(super) fn load() -> Result<RootCertStore> {
        let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        // The variables of OpenSSL.
        let (file, folders) = (variable("SSL_CERT_FILE"), variable("SSL_CERT_DIR"));
        if file.is_some() || folders.is_some() {
            let name = if file.is_some() { "SSL_CERT_FILE" } else { "SSL_CERT_DIR" };
            let folders: Vec<_> = folders
                .iter()
                .flat_map(env::split_paths)
                .filter(|folder| !folder.as_os_str().is_empty())
                .collect();
            if let Some(file) = file.as_ref().map(Path::new)
                && !folders.is_empty()
                && let Err(error) = std::fs::metadata(file)
            {
                let file = file.display();
                log::warn!("SSL_CERT_FILE is left out ({file}: {error}); SSL_CERT_DIR is used");
            }
            return read(file.as_ref().map(Path::new), &folders).map_err(|why| {
                Error::usage(format!("the environment variable {name} is not usable")).because(why)
            });
        }
        let system = openssl_probe::probe();
        let bundle = system.cert_file.as_deref();
        // The folder has the certificates of the bundle once more, each in a file of its own: reading both takes twice as
        // long, for the same.
        read(bundle, &[]).or_else(|_| read(bundle, &system.cert_dir)).map_err(|why| {
            Error::failed("this machine trusts no certificate authority")
                .because(why)
                .help("install the package `ca-certificates`, or set `SSL_CERT_FILE`")
        })
    }

    /// All that is usable: among a hundred certificates one that rustls does not understand does no harm. None at all is
    /// an error.
    fn read(file: Option<&Path>, folders: &[PathBuf]) -> Result<RootCertStore, String> {
        let mut roots = RootCertStore::empty();
        let mut problems = Vec::new();
        if let Some(file) = file {
            match read_regular(file) {
                Ok(pem) => {
                    roots.add_parsable_certificates(certificates(&pem).into_iter().flatten());
                }
                Err(error) => problems.push(format!("{}: {error}", file.display())),
            }
        }
        for folder in folders {
            let found = rustls_native_certs::load_certs_from_paths(None, Some(folder));
            roots.add_parsable_certificates(found.certs);
            problems.extend(found.errors.into_iter().map(|error| error.to_string()));
        }
        for problem in &problems {
            log::debug!("certificates: {problem}");
        }
        if !roots.is_empty() {
            return Ok(roots);
        }
        let places: Vec<_> = file.into_iter().chain(folders.iter().map(PathBuf::as_path)).collect();
        Err(problems.into_iter().next().unwrap_or_else(|| match places.as_slice() {
            [] => "it has neither a bundle of certificates nor a folder of them".to_owned(),
            [place, ..] => format!("there is no certificate in {}", place.display()),
        }))
    }
}
