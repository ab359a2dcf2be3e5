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

/// Marks DEL and the bytes that are not ASCII. All marks are right.
pub(crate) fn from_delete_on(eight: u64) -> u64 {
    (((eight & each(0x7f)) + each(1)) | eight) & each(0x80)
}

pub(crate) fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The index of the first byte with a mark.
pub(crate) fn first(marks: u64) -> Option<usize> {
    (marks != 0).then(|| marks.trailing_zeros() as usize / 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_mark_is_right_wherever_it_is() {
        for at in 0..8 {
            for around in [0, 1, b' ', b'"' - 1, b'"' + 1, 0x7e, 0x80, 0xff] {
                for byte in 0..=255 {
                    let mut eight = [around; 8];
                    eight[at] = byte;
                    let marks = |is: fn(u8) -> bool| eight.iter().position(|byte| is(*byte));
                    let eight = u64::from_le_bytes(eight);
                    assert_eq!(first(below(b' ', eight)), marks(|byte| byte < b' '));
                    assert_eq!(first(equal(b'"', eight)), marks(|byte| byte == b'"'));
                    assert_eq!(first(from_delete_on(eight)), marks(|byte| byte >= 0x7f));
                }
            }
        }
    }
}
