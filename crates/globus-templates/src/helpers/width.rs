//! The width of text, in columns of a terminal.
//!
//! A terminal shows a cluster, such as a letter with its accents or an emoji of several characters, in one cell or two.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(UnicodeWidthStr::width).sum() }
}

/// As much of the text as fits into a width. No cluster is cut.
pub(super) fn cut(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let end = text.grapheme_indices(true).find(|(_, cluster)| {
        used += cluster.width();
        used > columns
    });
    end.map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_shown_as_one() {
        for (text, columns) in [
            ("", 0),
            ("abc", 3),
            ("日本", 4),
            ("e\u{301}", 1),
            ("क्ष", 2),
            ("می\u{200c}خواهم", 7),
            ("לa", 2),
            ("👩🏽\u{200d}🔬", 2),
            ("👨\u{200d}👩\u{200d}👧\u{200d}👦!", 3),
            ("❤\u{fe0f}", 2),
            ("🇩🇪🇫🇷", 4),
            ("한국", 4),
            ("\u{1112}\u{1161}\u{11ab}", 2),
            ("ﷺ", 1),
        ] {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    #[test]
    fn no_cluster_is_cut() {
        for (text, columns, fitting) in [
            ("日本語", 5, "日本"),
            ("👩\u{200d}🔬x", 2, "👩\u{200d}🔬"),
            ("👩\u{200d}🔬x", 1, ""),
            ("e\u{301}e\u{301}", 1, "e\u{301}"),
            ("abc", 0, ""),
            ("abc", 3, "abc"),
        ] {
            assert_eq!(cut(text, columns), fitting, "{text}");
        }
    }
}
