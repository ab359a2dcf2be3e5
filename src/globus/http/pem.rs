//! Certificates out of a PEM file, without the time that a general decoder takes: the bundle of a system has some 140.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use memchr::{memchr_iter, memmem};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};

const BEGIN: &[u8] = b"-----BEGIN ";
const BEGIN_CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----\n";
const END_CERTIFICATE: &[u8] = b"\n-----END CERTIFICATE-----";

pub(super) type Certificate = Result<CertificateDer<'static>, pem::Error>;

/// Every certificate in the file, or what is wrong with it.
pub(super) fn certificates(pem: &[u8]) -> Vec<Certificate> {
    // The decoder of rustls takes 28 instructions for a byte. It also reads what is written in an unusual way, and knows
    // what is wrong.
    well_formed(pem).unwrap_or_else(|| CertificateDer::pem_slice_iter(pem).collect())
}

/// `None` if the file is not written as `update-ca-certificates`, p11-kit and OpenSSL write it.
fn well_formed(pem: &[u8]) -> Option<Vec<Certificate>> {
    let begin = memmem::Finder::new(BEGIN);
    let end = memmem::Finder::new(END_CERTIFICATE);
    let mut found = Vec::new();
    let mut rest = pem;
    while let Some(start) = begin.find(rest) {
        if start > 0 && rest[start - 1] != b'\n' {
            return None;
        }
        let body = rest[start..].strip_prefix(BEGIN_CERTIFICATE)?;
        let length = end.find(body)?;
        let der = BASE64_STANDARD.decode(joined(&body[..length])).ok()?;
        found.push(Ok(der.into()));
        rest = &body[length + END_CERTIFICATE.len()..];
    }
    Some(found)
}

/// The lines without their ends.
fn joined(lines: &[u8]) -> Vec<u8> {
    let mut start = 0;
    let mut joined = Vec::with_capacity(lines.len());
    for end in memchr_iter(b'\n', lines) {
        joined.extend_from_slice(&lines[start..end]);
        start = end + 1;
    }
    joined.extend_from_slice(&lines[start..]);
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "-----BEGIN CERTIFICATE-----\nAAEC\nAwQF\nBg==\n-----END CERTIFICATE-----";

    /// What both decoders make of it: whether the quick one reads it, and the certificates.
    fn read(pem: &str) -> (bool, Vec<Option<Vec<u8>>>) {
        let plain = |found: Vec<Certificate>| {
            found.into_iter().map(|each| each.ok().map(|der| der.to_vec())).collect::<Vec<_>>()
        };
        let slow = plain(CertificateDer::pem_slice_iter(pem.as_bytes()).collect());
        let quick = well_formed(pem.as_bytes()).map(plain);
        assert!(quick.as_ref().is_none_or(|quick| *quick == slow), "{pem}");
        assert_eq!(plain(certificates(pem.as_bytes())), slow, "{pem}");
        (quick.is_some(), slow)
    }

    #[test]
    fn bundles_are_read_quickly() {
        let der = || Some(vec![0, 1, 2, 3, 4, 5, 6]);
        for (pem, count) in [
            (String::new(), 0),
            ("no certificate\n".to_owned(), 0),
            (A.to_owned(), 1),
            (format!("{A}\n"), 1),
            (format!("# of an authority\n{A}\n\n# another -----\n{A}\n"), 2),
        ] {
            assert_eq!(read(&pem), (true, vec![der(); count]), "{pem}");
        }
    }

    #[test]
    fn what_is_unusual_is_left_to_rustls() {
        for pem in [
            A.replace('\n', "\r\n"),
            A.replace("Bg==", "Bg="),
            A.replace("AAEC", "AA EC"),
            A.replace("AAEC", "AAE!"),
            A.replace("-----\nAAEC", "----- \nAAEC"),
            A.replace("-----END CERTIFICATE-----", ""),
            A.replace("CERTIFICATE", "PUBLIC KEY"),
            A.replace("CERTIFICATE", "TRUSTED CERTIFICATE"),
            A.replace("END CERTIFICATE", "END PUBLIC KEY"),
            format!("text {A}"),
            format!("{}\n{A}", A.replace("-----END CERTIFICATE-----", "")),
            format!("{}\n{A}", A.replace("AAEC", "AAE!")),
        ] {
            assert!(!read(&pem).0, "{pem}");
        }
    }
}
