//! Points in time, in the time zone of this machine and with its offset from UTC.

use jiff::Timestamp;
use jiff::tz::TimeZone;

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
