//! Looking at eight bytes of a text at once, as one number with the first byte lowest.
//!
//! The compiler vectorizes no loop over bytes where link-time optimization is for size, as in a release build.
//!
//! A mark is the highest bit of a byte. The lowest mark is right, and there is one if there should be; those above it can be
//! wrong, since a subtraction carries upwards.

/// Marks the bytes below a bound, which is at most 128.
pub(crate) fn below(bound: u8, eight: u64) -> u64 {
    eight.wrapping_sub(each(bound)) & !eight & each(0x80)
}

/// Marks the bytes that are equal to this one.
pub(crate) fn equal(byte: u8, eight: u64) -> u64 {
    below(1, eight ^ each(byte))
}

pub(crate) fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The index of the first byte with a mark.
pub(crate) fn first(marks: u64) -> Option<usize> {
    (marks != 0).then(|| marks.trailing_zeros() as usize / 8)
}
