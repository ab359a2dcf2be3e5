//! Spans of time in words.

use jiff::fmt::friendly::{Designator, Spacing, SpanPrinter};
use jiff::{RoundMode, Span, SpanRound, Unit};

/// Longer spans are shown as this long: a thousand years.
const MAX_SECONDS: u64 = 365_000 * 86_400;

const PRINTER: SpanPrinter =
    SpanPrinter::new().designator(Designator::Verbose).spacing(Spacing::BetweenUnitsAndDesignators);

/// Such as `1 day 23 hours`: the two largest units, rounded down.
#[must_use]
pub fn in_words(seconds: u64) -> String {
    let (largest, smallest) = match seconds {
        0 => return "less than a second".to_owned(),
        1..3600 => (Unit::Minute, Unit::Second),
        3600..86_400 => (Unit::Hour, Unit::Minute),
        _ => (Unit::Day, Unit::Hour),
    };
    let span = Span::new().seconds(seconds.min(MAX_SECONDS).cast_signed());
    let two_units = SpanRound::new().largest(largest).smallest(smallest).mode(RoundMode::Trunc);
    PRINTER.span_to_string(&span.round(two_units.days_are_24_hours()).unwrap_or(span))
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn two_units_at_most() {
        for (seconds, words) in [
            (0, "less than a second"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (61, "1 minute 1 second"),
            (600, "10 minutes"),
            (3600, "1 hour"),
            (3661, "1 hour 1 minute"),
            (172_799, "1 day 23 hours"),
            (86_400, "1 day"),
            (90_000 - 3601, "23 hours 59 minutes"),
            (86_400 + 59 * 60, "1 day"),
            (400 * 86_400, "400 days"),
        ] {
            assert_eq!(in_words(seconds), words);
        }
    }
}
