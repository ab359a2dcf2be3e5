//! The marks around a value in the output, before they are taken out.

use std::borrow::Cow;

use super::lexer::ValueKind;

/// The first two bytes of each mark. The marks are U+FDD0 to U+FDD3, noncharacters that Unicode leaves to programs
/// ([Unicode, 23.7](https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-23/)).
const PREFIX: [u8; 2] = [0xef, 0xb7];
/// How long a mark is in UTF-8.
const LENGTH: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Start(ValueKind),
    End(ValueKind),
}

impl Mark {
    fn of(last_byte: u8) -> Option<Self> {
        match last_byte {
            0x90 => Some(Self::Start(ValueKind::Escaped)),
            0x91 => Some(Self::End(ValueKind::Escaped)),
            0x92 => Some(Self::Start(ValueKind::Finished)),
            0x93 => Some(Self::End(ValueKind::Finished)),
            _ => None,
        }
    }
}

/// The value with marks around it.
pub(in crate::template) fn marked(value: &str, kind: ValueKind) -> String {
    let (start, end) = match kind {
        ValueKind::Escaped => ('\u{fdd0}', '\u{fdd1}'),
        ValueKind::Finished => ('\u{fdd2}', '\u{fdd3}'),
    };
    let mut marked = String::with_capacity(value.len() + 2 * LENGTH);
    marked.push(start);
    marked.push_str(value);
    marked.push(end);
    marked
}

/// The text up to the first mark, the mark, and what comes after it.
pub(super) fn split_at_mark(text: &str) -> Option<(&str, Mark, &str)> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr::memchr(PREFIX[0], &bytes[from..]) {
        let at = from + at;
        if let [_, second, third, ..] = bytes[at..]
            && second == PREFIX[1]
            && let Some(mark) = Mark::of(third)
        {
            return Some((&text[..at], mark, &text[at + LENGTH..]));
        }
        from = at + 1;
    }
    None
}

/// The text with U+FFFD for each character that is a mark. Data and templates are not supposed to have any.
pub(in crate::template) fn without_marks(text: &str) -> Cow<'_, str> {
    if split_at_mark(text).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(['\u{fdd0}', '\u{fdd1}', '\u{fdd2}', '\u{fdd3}'], "\u{fffd}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found() {
        let text = format!("é{}\u{fdd4}", marked("\u{fdcf}x", ValueKind::Escaped));
        let (before, mark, rest) = split_at_mark(&text).unwrap();
        assert_eq!((before, mark), ("é", Mark::Start(ValueKind::Escaped)));
        let (value, mark, rest) = split_at_mark(rest).unwrap();
        assert_eq!((value, mark), ("\u{fdcf}x", Mark::End(ValueKind::Escaped)));
        assert_eq!(rest, "\u{fdd4}");
        assert_eq!(split_at_mark(rest), None);
        assert_eq!(without_marks(&text), "é\u{fffd}\u{fdcf}x\u{fffd}\u{fdd4}");
    }
}
