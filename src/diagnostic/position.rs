//! Lines and columns of a text.

/// The line and column (from 1, the column in characters) of a byte.
pub(super) fn position(source: &str, at: usize) -> (usize, usize) {
    let at = floor(source, at);
    let start = line_start(source, at);
    (line_number(source, start), source[start..at].chars().count() + 1)
}

/// The nearest character boundary at or before `at`.
pub(super) fn floor(source: &str, at: usize) -> usize {
    let mut at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}

pub(super) fn line_start(source: &str, at: usize) -> usize {
    source[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

pub(super) fn line_number(source: &str, line_start: usize) -> usize {
    source[..line_start].bytes().filter(|byte| *byte == b'\n').count() + 1
}
