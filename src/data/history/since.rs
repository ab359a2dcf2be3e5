//! Which earlier run is meant.

use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::diagnostic::moment;

/// Shorter ones could be meant as a span of time, such as `300d`.
const SHORTEST_ID: usize = 6;

/// The run that others are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// The one whose id begins so.
    Run(String),
    /// The last one at this time or before it.
    Time(Timestamp),
}

/// The error is what is wrong.
impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let zone = TimeZone::system();
        let at = |day: DateTime| day.to_zoned_datetime(zone.clone()).ok().map(|at| at.timestamp());
        let midnight = |day: Date| day.to_zoned_datetime(zone.clone()).ok().map(|at| at.timestamp());
        let today = || moment::now().to_zoned_datetime(zone.clone()).date();
        let time = match text {
            "today" => midnight(today()),
            "yesterday" => today().yesterday().ok().and_then(midnight),
            _ if is_id(text) => return Ok(Self::Run(text.to_ascii_lowercase())),
            _ => span(text)
                .and_then(|span| moment::now().checked_sub(span).ok())
                .or_else(|| text.parse::<Timestamp>().ok())
                .or_else(|| text.parse::<Date>().ok().filter(|_| text.len() == 10).and_then(midnight))
                .or_else(|| text.parse::<DateTime>().ok().and_then(at)),
        };
        time.map(Self::Time).ok_or_else(|| {
            if is_span(text) {
                return "the number is too large".to_owned();
            }
            "it is neither a time, such as `2026-11-20`, `2026-11-20T03:00`, `yesterday` or `7d`, nor the beginning of \
             the id of a run"
                .to_owned()
        })
    }
}

/// Whether this can be the beginning of a UUID.
fn is_id(text: &str) -> bool {
    const HYPHENS: [usize; 4] = [8, 13, 18, 23];
    let fits = |(at, c): (usize, char)| if HYPHENS.contains(&at) { c == '-' } else { c.is_ascii_hexdigit() };
    (SHORTEST_ID..=36).contains(&text.len()) && text.char_indices().all(fits)
}

/// Whether this is a number with a unit, however large.
fn is_span(text: &str) -> bool {
    let number = text.strip_suffix(['m', 'h', 'd', 'w']);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit()))
}

/// A number with a unit, such as `7d`.
fn span(text: &str) -> Option<SignedDuration> {
    let unit = text.chars().next_back()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|number| *number >= 0)?;
    let seconds = match unit {
        'm' => 60,
        'h' => 3600,
        'd' => 24 * 3600,
        'w' => 7 * 24 * 3600,
        _ => return None,
    };
    number.checked_mul(seconds).map(SignedDuration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_runs_are_told_apart() {
        for (text, is_run) in [
            ("1a2b3c", true),
            ("1A2B3C4D", true),
            ("20261120", true),
            ("1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d", true),
            ("2026-11-20", false),
            ("2026-11-20T03:00", false),
            ("2026-11-20 03:00", false),
            ("2026-11-20T03:00:00Z", false),
            ("2026-11-20T03:00:00+01:00", false),
            ("today", false),
            ("yesterday", false),
            ("7d", false),
            ("300d", false),
            ("0m", false),
        ] {
            let since: Since = text.parse().unwrap();
            assert_eq!(matches!(since, Since::Run(_)), is_run, "{text}");
        }
        for text in [
            "",
            "1a2b3",
            "2026-13-01",
            "next week",
            "-7d",
            "7y",
            "99999999999999d",
            "9223372036854775807m",
            "9223372036854775807h",
            "9223372036854775807d",
            "9223372036854775807w",
            "153722867280912930m",
            "200000000000000000h",
            "1000000000000000d",
            "15250284452472w",
            "99999999999999999999m",
            "\u{1b}[31m",
        ] {
            assert!(text.parse::<Since>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_with_a_zone_is_that_time() {
        let at = |text: &str| text.parse::<Since>().unwrap();
        assert_eq!(at("2026-11-20T03:00:00Z"), at("2026-11-20T04:00:00+01:00"));
        assert_eq!(at("1A2B3C4D"), Since::Run("1a2b3c4d".to_owned()));
    }
}
