//! Spans of time in words.

use std::time::Duration;

use jiff::fmt::friendly::{Designator, Spacing, SpanPrinter};
use jiff::{RoundMode, Span, SpanRelativeTo, SpanRound, Unit};

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

/// The same of a limit, whose fractions of a second count.
#[must_use]
pub fn limit_in_words(limit: Duration) -> String {
    if limit.subsec_nanos() == 0 {
        in_words(limit.as_secs())
    } else {
        format!("{} seconds", limit.as_secs_f64())
    }
}

/// Why a text has no span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotASpan {
    /// It is something else.
    Unreadable,
    /// Its number is larger than any span.
    TooLarge,
}

/// The span of `90s`, `5m`, `1h 30m` or `2 days`, and of a number of seconds. A day has 24 hours, and longer units are none.
pub fn parse(text: &str) -> Result<Duration, NotASpan> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        let is_number = seconds > 0.0 && text.contains(|c: char| c.is_ascii_digit());
        let why = if is_number { NotASpan::TooLarge } else { NotASpan::Unreadable };
        return Duration::try_from_secs_f64(seconds).map_err(|_| why);
    }
    span(text).ok_or_else(|| {
        let is_span = span(&with_small_numbers(text)).is_some();
        if is_span { NotASpan::TooLarge } else { NotASpan::Unreadable }
    })
}

fn span(text: &str) -> Option<Duration> {
    let span: Span = text.parse().or_else(|_| text.to_lowercase().parse()).ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Duration::try_from(duration).ok()
}

/// The text with a 1 for each of its numbers.
fn with_small_numbers(text: &str) -> String {
    let mut small = String::new();
    for c in text.chars() {
        match c {
            digit if !digit.is_ascii_digit() => small.push(digit),
            _ if small.ends_with('1') => {}
            _ => small.push('1'),
        }
    }
    small
}

#[cfg(test)]
mod tests {
    use super::{Duration, NotASpan, in_words, parse};

    #[test]
    fn spans_as_people_write_them() {
        for (text, seconds) in [
            ("90", 90.0),
            ("0.5", 0.5),
            (" 90s", 90.0),
            ("5m", 300.0),
            ("5 min", 300.0),
            ("1h 30m", 5400.0),
            ("1h30m", 5400.0),
            ("2 days", 172_800.0),
            ("6 Hours", 21_600.0),
            ("PT5M", 300.0),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_secs_f64(seconds)), "{text}");
        }
        for text in ["", "m", "5x", "-5m", "5m ago", "-1", "inf", "NaN", "1 month", "1 year"] {
            assert_eq!(parse(text), Err(NotASpan::Unreadable), "{text}");
        }
        for text in ["99999999999h", "1h 99999999999999999999 s", "99999999999999999999D", "1e300", "1e999"] {
            assert_eq!(parse(text), Err(NotASpan::TooLarge), "{text}");
        }
    }

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
