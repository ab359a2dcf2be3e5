//! Helpers for dates and times.

use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

use super::call::{Call, CallError, lacking, nth, wrong};
use super::function::{Function, function};
use crate::value::Value;
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[
    function("ago", "{{ago TIME}}", (1, 1), ago)
        .elsewhere("timeago time_ago_in_words naturaltime from_now timesince"),
    function("date", "{{date TIME FORMAT tz=\"UTC\"}}", (1, 2), date)
        .aliases(&["date_format"])
        .options(&["tz"])
        .elsewhere("strftime dateformat format_date formatDate time_format moment dateInZone"),
    function("within", "{{#if (within TIME LENGTH)}}", (2, 2), within).question(),
];

/// How other systems write a part of a time, and `strftime`. A longer way comes before its beginning.
const ELSEWHERE: [(&str, &str); 25] = [
    ("YYYY", "%Y"),
    ("yyyy", "%Y"),
    ("2006", "%Y"),
    ("YY", "%y"),
    ("yy", "%y"),
    ("MMMM", "%B"),
    ("January", "%B"),
    ("MMM", "%b"),
    ("Jan", "%b"),
    ("MM", "%m"),
    ("01", "%m"),
    ("DD", "%d"),
    ("dd", "%d"),
    ("02", "%d"),
    ("HH", "%H"),
    ("hh", "%I"),
    ("15", "%H"),
    ("mm", "%M"),
    ("04", "%M"),
    ("SS", "%S"),
    ("ss", "%S"),
    ("05", "%S"),
    ("EEEE", "%A"),
    ("dddd", "%A"),
    ("Monday", "%A"),
];

/// A time in a format of `strftime` and in a time zone. Default: `%Y-%m-%d` and UTC.
fn date(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let zone = match call.word("tz")? {
        None => TimeZone::UTC,
        Some("local") => TimeZone::system(),
        Some(name) => match TimeZone::get(name) {
            Ok(zone) => zone,
            Err(error) => return wrong(format!("there is no time zone `{name}`: {error}")),
        },
    };
    let time = time(call, 0, &zone)?;
    let format = if call.len() > 1 { call.text(1)? } else { "%Y-%m-%d".into() };
    if !format.contains('%') {
        return wrong(match in_strftime(&format) {
            Some(right) => format!("`{format}` has no `%`; as a format of `strftime` it is `{right}`"),
            None => format!("`{format}` has no `%`; a format is written like `%Y-%m-%d %H:%M`"),
        });
    }
    match strtime::format(&*format, &time.to_zoned_datetime(zone)) {
        Ok(date) => Ok(date.into()),
        Err(error) => wrong(format!("`{format}` is not a time format: {error}")),
    }
}

/// A format of another system, such as `YYYY-MM-DD`. `None` if nothing in it is a part of a time.
fn in_strftime(format: &str) -> Option<String> {
    let mut translated = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        let known = ELSEWHERE.iter().find_map(|(theirs, ours)| Some((ours, rest.strip_prefix(theirs)?)));
        if let Some((ours, after)) = known {
            translated.push_str(ours);
            rest = after;
        } else {
            translated.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    translated.contains('%').then_some(translated)
}

/// The time between the start of the run and another time, in words: `3 days ago`.
fn ago(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let seconds = run_began(call)?.as_second() - time(call, 0, &TimeZone::UTC)?.as_second();
    Ok(in_words(seconds).into())
}

/// Whether a time is at most so long before the run, or after it. No time is not.
fn within(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let Some(length) = call.text(1)?.parse::<Span>().ok().and_then(elapsed) else {
        return wrong("its second argument is not a length of time, such as \"24h\" or \"7d\"");
    };
    if call.shown(0)?.is_null() {
        return Ok(Value::from(false).into());
    }
    let is_within = run_began(call)?.duration_since(time(call, 0, &TimeZone::UTC)?) <= length;
    Ok(Value::from(is_within).into())
}

/// A day has 24 hours; a month has no length of its own.
fn elapsed(span: Span) -> Option<SignedDuration> {
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    length.is_positive().then_some(length)
}

fn run_began(call: &Call<'_>) -> Result<Timestamp, CallError> {
    let at = call.data.get("run").and_then(|run| run.get("at")?.as_str());
    at.and_then(|at| at.parse().ok()).map_or_else(|| wrong("there is no `run.at` to count from"), Ok)
}

/// A time: text as RFC 3339 writes it, a number of seconds since 1970, or a date with or without a time of day, which are
/// local to the zone.
fn time(call: &Call<'_>, index: usize, zone: &TimeZone) -> Result<Timestamp, CallError> {
    let read = match call.shown(index)? {
        Value::Text(text) => text.parse::<Timestamp>().or_else(|error| {
            let local = text.parse::<DateTime>().and_then(|local| zone.to_timestamp(local));
            local.map_err(|_| error)
        }),
        Value::Number(number) => match number.as_f64() {
            // The limit is far beyond every time that jiff accepts.
            #[allow(clippy::cast_possible_truncation)]
            Some(seconds) if seconds.abs() < 1e15 => Timestamp::from_second(seconds.floor() as i64),
            _ => return wrong(format!("{number} is not a time")),
        },
        Value::Null => return lacking(format!("its {} argument is null, not a time", nth(index))),
        other => return wrong(format!("its {} argument is {}, not a time", nth(index), other.type_name())),
    };
    read.or_else(|error| wrong(format!("its {} argument is not a time: {error}", nth(index))))
}

fn in_words(seconds: i64) -> String {
    /// The average year of the Gregorian calendar, in seconds.
    const YEAR: u64 = 31_556_952;
    let units = [
        ("year", YEAR),
        ("month", YEAR / 12),
        ("day", 86_400),
        ("hour", 3600),
        ("minute", 60),
        ("second", 1),
    ];
    let (name, count) = units
        .into_iter()
        .map(|(name, unit)| (name, seconds.unsigned_abs() / unit))
        .find(|(_, count)| *count > 0)
        .unwrap_or(("second", 0));
    let plural = if count == 1 { "" } else { "s" };
    match seconds {
        0 => "now".to_owned(),
        1.. => format!("{count} {name}{plural} ago"),
        _ => format!("in {count} {name}{plural}"),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn times_in_words() {
        for (seconds, words) in [
            (0, "now"),
            (1, "1 second ago"),
            (59, "59 seconds ago"),
            (3599, "59 minutes ago"),
            (-7200, "in 2 hours"),
            (86_400, "1 day ago"),
            (45 * 86_400, "1 month ago"),
            (400 * 86_400, "1 year ago"),
            (i64::MIN, "in 292277024626 years"),
        ] {
            assert_eq!(in_words(seconds), words);
        }
    }
}
