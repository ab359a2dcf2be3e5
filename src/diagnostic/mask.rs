//! Hiding parts of a text that will be shown.

use std::ops::Range;
use std::sync::Arc;

/// The same text with every byte of `hidden` replaced by `*`, so that spans into it stay valid. Line ends stay.
#[must_use]
pub fn mask(source: &str, hidden: &[Range<usize>]) -> Arc<str> {
    if hidden.is_empty() {
        return Arc::from(source);
    }
    let mut hidden: Vec<&Range<usize>> = hidden.iter().filter(|range| !range.is_empty()).collect();
    hidden.sort_by_key(|range| range.start);
    // `until` is the furthest end of the ranges that have started.
    let mut ranges = hidden.into_iter().peekable();
    let mut until = 0;
    let mut masked = String::with_capacity(source.len());
    for (at, c) in source.char_indices() {
        let end = at + c.len_utf8();
        while let Some(range) = ranges.next_if(|range| range.start < end) {
            until = until.max(range.end);
        }
        if c != '\n' && at < until {
            masked.extend(std::iter::repeat_n('*', c.len_utf8()));
        } else {
            masked.push(c);
        }
    }
    Arc::from(masked)
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn keeps_every_offset() {
        let text = "a = \"hé\"\nb = 1\n";
        assert_eq!(&*mask(text, std::slice::from_ref(&(4..9))), "a = *****\nb = 1\n");
        assert_eq!(&*mask(text, &[14..15, 0..1, 4..9, 5..6]), "* = *****\nb = *\n");
        assert_eq!(mask(text, std::slice::from_ref(&(7..12))).len(), text.len());
    }
}
