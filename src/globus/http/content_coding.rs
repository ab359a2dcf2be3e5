//! The coding of a body: gzip, or none.

use std::io::Write;

use flate2::write::MultiGzDecoder;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};

/// So much is decompressed at once: gzip makes at most a thousand times as many bytes of it.
const PIECE: usize = 4096;

/// Decodes a body while it arrives.
pub enum Decoder {
    Identity,
    /// One member after another, as [RFC 1952](https://www.rfc-editor.org/rfc/rfc1952#section-2.2) has it: a decoder that
    /// stops after the first one would cut the body.
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

impl Decoder {
    /// The decoder for a response with these headers, or why there is none.
    pub fn of(headers: &HeaderMap) -> Result<Self, String> {
        let mut decoder = Self::Identity;
        for value in headers.get_all(CONTENT_ENCODING) {
            for coding in value.to_str().unwrap_or("?").split(',').map(str::trim) {
                match (coding.to_ascii_lowercase().as_str(), &decoder) {
                    ("" | "identity", _) => {}
                    ("gzip" | "x-gzip", Self::Identity) => {
                        decoder = Self::Gzip(Box::new(MultiGzDecoder::new(Vec::new())));
                    }
                    _ => return Err(format!("its content encoding is {coding:?}, not gzip")),
                }
            }
        }
        Ok(decoder)
    }

    /// Hands on what these bytes of the body stand for, in pieces of a few megabytes at most.
    pub fn decode<E>(
        &mut self,
        bytes: &[u8],
        mut receive: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), Undecoded<E>> {
        let Self::Gzip(gzip) = self else { return receive(bytes).map_err(Undecoded::Refused) };
        for piece in bytes.chunks(PIECE) {
            gzip.write_all(piece).map_err(Undecoded::broken)?;
            gzip.flush().map_err(Undecoded::broken)?;
            let decoded = gzip.get_mut();
            if !decoded.is_empty() {
                receive(decoded).map_err(Undecoded::Refused)?;
                decoded.clear();
            }
        }
        Ok(())
    }

    /// Whether the body is whole.
    pub fn finish(self) -> Result<(), String> {
        match self {
            Self::Identity => Ok(()),
            Self::Gzip(mut gzip) => gzip.try_finish().map_err(|error| broken(&error)),
        }
    }
}

/// Why nothing more is decoded.
#[derive(Debug)]
pub enum Undecoded<E> {
    Broken(String),
    /// What was decoded is not wanted.
    Refused(E),
}

impl<E> Undecoded<E> {
    #[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
    fn broken(error: std::io::Error) -> Self {
        Self::Broken(broken(&error))
    }
}

fn broken(error: &std::io::Error) -> String {
    format!("its gzip is broken: {error}")
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use reqwest::header::{CONTENT_ENCODING, HeaderMap, HeaderValue};

    use super::Decoder;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn decoded(body: &[u8], step: usize) -> Result<Vec<u8>, String> {
        let headers = HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_static("gzip"))]);
        let mut decoder = Decoder::of(&headers)?;
        let mut all = Vec::new();
        for piece in body.chunks(step) {
            let receive = |bytes: &[u8]| -> Result<(), Infallible> {
                all.extend_from_slice(bytes);
                Ok(())
            };
            decoder.decode(piece, receive).map_err(|error| format!("{error:?}"))?;
        }
        decoder.finish()?;
        Ok(all)
    }

    #[test]
    fn members_in_any_pieces_are_one_body() {
        let body = [gzip(b"[1,"), gzip(b""), gzip(b"2]")].concat();
        for step in 1..=body.len() {
            assert_eq!(decoded(&body, step).unwrap(), b"[1,2]", "{step}");
        }
    }

    #[test]
    fn a_body_that_is_cut_or_followed_by_something_else_is_broken() {
        let whole = gzip(b"[1, 2, 3]");
        for end in 0..whole.len() {
            for step in [1, end.max(1)] {
                assert!(decoded(&whole[..end], step).is_err(), "{end}");
            }
        }
        for rest in [&b"\n"[..], b"\0\0", b"[4]", &whole[..5]] {
            let body = [&whole, rest].concat();
            for step in [1, 3, body.len()] {
                assert!(decoded(&body, step).is_err(), "{rest:?} {step}");
            }
        }
        let mut wrong = whole.clone();
        let last = wrong.len() - 8;
        wrong[last] ^= 1;
        assert!(decoded(&wrong, 1).is_err());
    }
}
