//! What else there is to choose beside the input: the same for the same bytes.

use fastrand::Rng;

/// Chances that follow from these bytes.
pub fn of(input: &[u8]) -> Rng {
    // FNV-1a: short, and the same in every release of Rust.
    let hash = input.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Rng::with_seed(hash)
}

/// Several ways to cut these bytes.
pub fn cuts(bytes: &[u8]) -> Vec<Vec<&[u8]>> {
    let mut random = of(bytes);
    let length = bytes.len();
    let even = |step: usize| bytes.chunks(step).collect::<Vec<_>>();
    let mut ways = vec![even(length.max(1)), even(length.div_ceil(2).max(1)), even(3)];
    if length < 2000 {
        ways.push(even(1));
    }
    for _ in 0..3 {
        let longest = random.usize(1..=length.max(1));
        let mut rest = bytes;
        let mut way = Vec::new();
        while !rest.is_empty() {
            let chunk;
            // An empty one is possible too.
            (chunk, rest) = rest.split_at(random.usize(..=longest.min(rest.len())));
            way.push(chunk);
        }
        ways.push(way);
    }
    ways
}
