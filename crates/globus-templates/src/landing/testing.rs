//! Outputs for the tests of lexers: `«x»` is an escaped value, `‹x›` a finished one.

use super::fault::{Checked, Fault};
use super::lexer::{Lexer, ValueKind};

/// What the lexer says about the output.
pub(super) fn read(lexer: &mut dyn Lexer, output: &str) -> Checked {
    let mut rest = output;
    while let Some((before, from)) = rest.find(['«', '‹']).map(|at| rest.split_at(at)) {
        lexer.text(before)?;
        let (kind, start, end) = if from.starts_with('«') {
            (ValueKind::Escaped, '«', '»')
        } else {
            (ValueKind::Finished, '‹', '›')
        };
        let (value, after) = from[start.len_utf8()..].split_once(end).unwrap();
        lexer.value(value, kind)?;
        rest = after;
    }
    rest.char_indices().try_for_each(|(at, character)| lexer.text(&rest[at..at + character.len_utf8()]))?;
    lexer.end()
}

/// The place that the lexer refuses a value in.
pub(super) fn refused(lexer: &mut dyn Lexer, output: &str) -> &'static str {
    match read(lexer, output) {
        Err(Fault::Misplaced { place, .. }) => place,
        other => panic!("{output}: {other:?}"),
    }
}
