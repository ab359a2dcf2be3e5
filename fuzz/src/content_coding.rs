//! The body of a response, compressed or not.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use globus_runner::fuzzing::decoded;

use super::chances;

/// A body larger than this proves nothing more.
const LARGEST: u64 = 1 << 22;

/// The bytes are a body that is said to be gzip, and what a body of gzip has in it.
pub fn check(input: &[u8]) {
    arrives_in_any_chunks(input);
    let mut random = chances::of(input);
    let (one, other) = input.split_at(random.usize(..=input.len()));
    let body = [gzip(one), gzip(other)].concat();
    for chunks in chances::cuts(&body) {
        assert_eq!(decoded("gzip", chunks.into_iter()).as_deref(), Ok(input), "members are one body");
    }
    let cut = random.usize(..body.len());
    let is_whole = cut == 0 || cut == gzip(one).len();
    assert_eq!(decoded("gzip", [&body[..cut]].into_iter()).is_ok(), is_whole && cut > 0, "cut at {cut}");
    let mut damaged = body.clone();
    damaged[cut] ^= 1 << random.u8(..8);
    if let Ok(read) = decoded("gzip", [damaged.as_slice()].into_iter()) {
        assert_eq!(read, input, "damaged at {cut}, and other bytes are read");
    }
    let chunks = chances::cuts(input).remove(0);
    assert_eq!(decoded("identity", chunks.into_iter()).as_deref(), Ok(input));
}

fn arrives_in_any_chunks(body: &[u8]) {
    let mut expected = Vec::new();
    let read = MultiGzDecoder::new(body).take(LARGEST).read_to_end(&mut expected);
    if expected.len() as u64 == LARGEST {
        return;
    }
    for chunks in chances::cuts(body) {
        match (decoded("gzip", chunks.into_iter()), &read) {
            (Ok(read), Ok(_)) => assert!(read == expected),
            (Err(_), Err(_)) => {}
            (found, read) => panic!("{:?} instead of {read:?}", found.map(|body| body.len())),
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
