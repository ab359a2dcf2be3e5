//! Points in time, in the time zone of this machine and with its offset from UTC.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Now; the nearest time that a calendar has if the clock of the machine is beyond it. [`Timestamp::now`] panics then.
#[must_use]
pub fn now() -> Timestamp {
    nearest(SystemTime::now())
}

fn nearest(time: SystemTime) -> Timestamp {
    let end = if time < UNIX_EPOCH { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::try_from(time).unwrap_or(end)
}

/// Such as `2026-11-26 10:01 +01:00`, for people.
#[must_use]
pub fn for_people(seconds_since_1970: i64) -> String {
    format(seconds_since_1970, "%Y-%m-%d %H:%M %:z")
}

/// Such as `2026-11-26T10:01:00+01:00`: [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339), for programs.
#[must_use]
pub fn rfc_3339(seconds_since_1970: i64) -> String {
    format(seconds_since_1970, "%Y-%m-%dT%H:%M:%S%:z")
}

/// A time that no calendar has is shown as its nearest one.
fn format(seconds: i64, format: &str) -> String {
    let nearest = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    let at = Timestamp::from_second(seconds).unwrap_or(nearest);
    at.to_zoned_datetime(TimeZone::system()).strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{Timestamp, nearest};

    #[test]
    fn a_clock_that_is_wrong_gives_the_nearest_time() {
        let years = |years: u64| Duration::from_secs(years * 365 * 86_400);
        assert_eq!(nearest(UNIX_EPOCH + Duration::from_secs(7)), Timestamp::from_second(7).unwrap());
        assert_eq!(nearest(UNIX_EPOCH + years(10_000)), Timestamp::MAX);
        assert_eq!(nearest(UNIX_EPOCH - years(20_000)), Timestamp::MIN);
    }
}
