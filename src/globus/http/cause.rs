//! What an HTTP error says.

use std::error::Error;
use std::io;

use jiff::Timestamp;
use rustls::CertificateError;
use rustls::pki_types::UnixTime;

use crate::diagnostic::moment;

/// The innermost cause says most; the layers around it repeat the URL.
pub(super) fn innermost(error: &dyn Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

/// Whether the server sent something else than TLS, as a plain one does.
pub(super) fn is_not_tls(error: &dyn Error) -> bool {
    innermost(error).contains("InvalidContentType")
}

/// Why the certificate of a server was refused, and what to do about it.
pub(super) struct RefusedCertificate {
    pub(super) why: String,
    pub(super) help: &'static str,
}

impl RefusedCertificate {
    /// If that is what this error is about.
    pub(super) fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        const CLOCK: &str = "is this machine's clock right? If it is, the certificate has to be renewed";
        const NAME: &str = "check the URL of the service, and whether a proxy answers in its place";
        const ISSUER: &str = "name a private authority's certificate in `[http] ca_file` or `SSL_CERT_FILE`";
        const SERVER: &str = "give the server a certificate of its own, issued by that authority";
        const OTHER: &str = "see what answers there: it may be a proxy in place of the service";
        let error = certificate_error(error)?;
        let (why, help) = match error {
            CertificateError::ExpiredContext { not_after, .. } => {
                (format!("it expired at {}", time(*not_after)), CLOCK)
            }
            CertificateError::NotValidYetContext { not_before, .. } => {
                (format!("it is not valid before {}", time(*not_before)), CLOCK)
            }
            CertificateError::NotValidForNameContext { presented, .. } if !presented.is_empty() => (
                format!(
                    "it is for {}",
                    presented.iter().map(|name| bare(name)).collect::<Vec<_>>().join(", ")
                ),
                NAME,
            ),
            CertificateError::UnknownIssuer => {
                ("no authority that is trusted here issued it".to_owned(), ISSUER)
            }
            CertificateError::BadSignature => {
                ("the authority that it names did not sign it".to_owned(), ISSUER)
            }
            // Some verifiers do not say since when.
            CertificateError::Expired => (format!("it has expired, and it is {} now", moment::now()), CLOCK),
            CertificateError::NotValidYet => {
                (format!("it is not valid yet, and it is {} now", moment::now()), CLOCK)
            }
            other => match other.to_string() {
                // Only its debug form names it.
                text if text.contains("CaUsedAsEndEntity") => {
                    ("it is the certificate of an authority, not of a server".to_owned(), SERVER)
                }
                text => (text, OTHER),
            },
        };
        Some(Self { why, help })
    }
}

fn certificate_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e CertificateError> {
    if let Some(rustls::Error::InvalidCertificate(refused)) = error.downcast_ref() {
        return Some(refused);
    }
    // The source of an I/O error is not what it holds, but the source of that.
    let held = error.downcast_ref().and_then(io::Error::get_ref).map(|held| held as &(dyn Error + 'static));
    certificate_error(held.or_else(|| error.source())?)
}

fn time(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX).to_string()
}

/// `localhost` of `DnsName("localhost")`.
fn bare(name: &str) -> &str {
    name.split('"').nth(1).unwrap_or(name)
}

/// The words of a cause within a sentence: `connection refused` of `Connection refused (os error 111)`.
pub(super) fn plain(cause: &str) -> String {
    let words = cause.split(" (os error ").next().unwrap_or(cause);
    let mut letters = words.chars();
    match (letters.next(), letters.clone().next()) {
        // `TLS` and the like stay in capitals.
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_cause_within_a_sentence() {
        for (cause, words) in [
            ("Connection refused (os error 111)", "connection refused"),
            ("TLS handshake failed", "TLS handshake failed"),
            ("no response in time", "no response in time"),
            ("E", "E"),
            ("", ""),
        ] {
            assert_eq!(plain(cause), words);
        }
    }
}
