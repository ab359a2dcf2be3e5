//! When a schedule runs next.

use std::cmp::Ordering;
use std::time::Duration;

use croner::Cron;
use croner::errors::CronError;
use croner::time::{CivilDate, CivilDateTime, CivilTime, CronDateTime, Resolution, Weekday};
use jiff::civil::DateTime;
use jiff::tz::AmbiguousOffset;
use jiff::{SignedDuration, ZonedDateTime};

use super::expression::Expression;

/// Enough times of one that runs more often than daily: its distances are the same each day.
const COMPARED: usize = 2000;

/// What becomes of the hour that a change of the clock skips, and of the one that it repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockChanges {
    /// Debian's cron: what was to run in the skipped hour runs after it; once in the repeated one, unless it runs
    /// every hour.
    Cron,
    /// systemd: nothing runs in the skipped hour, nor in the repetition of one in which something ran.
    Systemd,
    /// Kubernetes: nothing runs in the skipped hour.
    Kubernetes,
}

/// The next times, at most so many.
#[must_use]
pub fn next_times(
    expression: &Expression,
    changes: ClockChanges,
    after: &ZonedDateTime,
    count: usize,
) -> Vec<ZonedDateTime> {
    let times = Times { expression, changes, after: after.clone(), wall: after.datetime() };
    times.take(count).collect()
}

/// The first time within a year that the clock skips, if the schedule is not for every hour and nothing runs then.
pub fn skipped_time(
    expression: &Expression,
    changes: ClockChanges,
    after: &ZonedDateTime,
) -> Option<DateTime> {
    if changes == ClockChanges::Cron || expression.hours().values().len() == 24 {
        return None;
    }
    let year = SignedDuration::from_hours(366 * 24);
    let zone = after.time_zone();
    let mut changes_of_zone = zone
        .following(after.timestamp())
        .take_while(|change| change.timestamp().duration_since(after.timestamp()) < year);
    changes_of_zone.find_map(|change| {
        // The last second before the change; the next one on the wall is the first that is skipped.
        let before = change.timestamp().checked_sub(SignedDuration::from_secs(1)).ok()?;
        let from = before.to_zoned_datetime(zone.clone()).datetime();
        let next = expression.cron().find_next_occurrence(&Wall(from), false).ok()?.0;
        let offset = zone.to_ambiguous_zoned_datetime(next).offset();
        matches!(offset, AmbiguousOffset::Gap { .. }).then_some(next)
    })
}

/// The shortest time between two runs within a year. None if there is no second one.
pub fn shortest_distance(
    expression: &Expression,
    changes: ClockChanges,
    after: &ZonedDateTime,
) -> Option<Duration> {
    let times = Times { expression, changes, after: after.clone(), wall: after.datetime() };
    let year = SignedDuration::from_hours(366 * 24);
    let times: Vec<ZonedDateTime> =
        times.take(COMPARED).take_while(|time| time.duration_since(after) < year).collect();
    let distances = times.windows(2).map(|two| two[1].duration_since(&two[0]));
    Duration::try_from(distances.min()?).ok()
}

struct Times<'e> {
    expression: &'e Expression,
    changes: ClockChanges,
    after: ZonedDateTime,
    /// Where the search goes on, for those who look at the clock on the wall alone.
    wall: DateTime,
}

impl Iterator for Times<'_> {
    type Item = ZonedDateTime;

    fn next(&mut self) -> Option<ZonedDateTime> {
        let cron = self.expression.cron();
        match self.changes {
            ClockChanges::Systemd => self.next_on_the_wall(cron),
            ClockChanges::Cron => self.next_in_the_zone(cron),
            ClockChanges::Kubernetes => loop {
                let next = self.next_in_the_zone(cron)?;
                if cron.is_time_matching(&Wall(next.datetime())).ok()? {
                    return Some(next);
                }
            },
        }
    }
}

impl Times<'_> {
    fn next_in_the_zone(&mut self, cron: &Cron) -> Option<ZonedDateTime> {
        self.after = cron.find_next_occurrence(&InZone(self.after.clone()), false).ok()?.0;
        Some(self.after.clone())
    }

    fn next_on_the_wall(&mut self, cron: &Cron) -> Option<ZonedDateTime> {
        loop {
            self.wall = cron.find_next_occurrence(&Wall(self.wall), false).ok()?.0;
            let there = self.after.time_zone().to_ambiguous_zoned_datetime(self.wall);
            if matches!(there.offset(), AmbiguousOffset::Gap { .. }) {
                continue;
            }
            // Whoever asks within the repetition stays in it.
            let earlier = there.clone().earlier().ok()?;
            return if earlier > self.after { Some(earlier) } else { there.later().ok() };
        }
    }
}

/// A time on the wall. The crate knows an older jiff only.
#[derive(Debug, Clone)]
struct Wall(DateTime);

/// A time in its zone.
#[derive(Debug, Clone)]
struct InZone(ZonedDateTime);

impl CronDateTime for Wall {
    fn to_civil(&self) -> CivilDateTime {
        civil(self.0)
    }

    fn civil_weekday(&self) -> Weekday {
        weekday(self.0)
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        Ok(Resolution::Single(Self(datetime(civil)?)))
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        self.0.checked_add(SignedDuration::from_secs(seconds)).ok().map(Self)
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl CronDateTime for InZone {
    fn to_civil(&self) -> CivilDateTime {
        civil(self.0.datetime())
    }

    fn civil_weekday(&self) -> Weekday {
        weekday(self.0.datetime())
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        let there = self.0.time_zone().to_ambiguous_zoned_datetime(datetime(civil)?);
        let zoned =
            |zoned: Result<ZonedDateTime, jiff::Error>| zoned.map(Self).map_err(|_| CronError::InvalidTime);
        Ok(match there.offset() {
            AmbiguousOffset::Gap { .. } => Resolution::Gap,
            AmbiguousOffset::Fold { .. } => {
                Resolution::Ambiguous(zoned(there.clone().earlier())?, zoned(there.later())?)
            }
            AmbiguousOffset::Unambiguous { .. } => Resolution::Single(zoned(there.earlier())?),
        })
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        self.0.checked_add(SignedDuration::from_secs(seconds)).ok().map(Self)
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.timestamp().cmp(&other.0.timestamp())
    }
}

fn civil(at: DateTime) -> CivilDateTime {
    // The parts of a date are never negative.
    let part = |part: i8| u32::from(part.unsigned_abs());
    CivilDateTime::new(
        CivilDate::from_parts_unchecked(i32::from(at.year()), part(at.month()), part(at.day())),
        CivilTime::from_parts_unchecked(part(at.hour()), part(at.minute()), part(at.second())),
    )
}

fn weekday(at: DateTime) -> Weekday {
    let days = at.weekday().to_sunday_zero_offset();
    Weekday::from_days_from_sunday(u32::from(days.unsigned_abs()))
}

fn datetime(civil: CivilDateTime) -> Result<DateTime, CronError> {
    let part = |part: u32| i8::try_from(part).map_err(|_| CronError::InvalidDate);
    let year = i16::try_from(civil.year()).map_err(|_| CronError::InvalidDate)?;
    let (month, day) = (part(civil.month())?, part(civil.day())?);
    let (hour, minute, second) = (part(civil.hour())?, part(civil.minute())?, part(civil.second())?);
    DateTime::new(year, month, day, hour, minute, second, 0).map_err(|_| CronError::InvalidDate)
}

#[cfg(test)]
mod tests {
    use jiff::ZonedDateTime;

    use super::ClockChanges::{Cron, Kubernetes, Systemd};
    use super::{Duration, next_times, shortest_distance, skipped_time};
    use crate::schedule::expression::Expression;

    fn times(cron: &str, changes: super::ClockChanges, after: &str) -> Vec<String> {
        let after: ZonedDateTime = after.parse().unwrap();
        let expression = Expression::parse(cron).unwrap();
        let times = next_times(&expression, changes, &after, 3);
        times.iter().map(|time| time.strftime("%d %H:%M %:z").to_string()).collect()
    }

    #[test]
    fn when_the_clock_skips_an_hour() {
        let before = "2027-03-27T12:00[Europe/Zurich]";
        let daily = "30 2 * * *";
        assert_eq!(times(daily, Cron, before), ["28 03:00 +02:00", "29 02:30 +02:00", "30 02:30 +02:00"]);
        for changes in [Systemd, Kubernetes] {
            let expected = ["29 02:30 +02:00", "30 02:30 +02:00", "31 02:30 +02:00"];
            assert_eq!(times(daily, changes, before), expected, "{changes:?}");
        }
        let night = "2027-03-28T01:45[Europe/Zurich]";
        for changes in [Cron, Systemd, Kubernetes] {
            let expected = ["28 03:00 +02:00", "28 03:30 +02:00", "28 04:00 +02:00"];
            assert_eq!(times("*/30 * * * *", changes, night), expected, "{changes:?}");
        }
    }

    #[test]
    fn when_the_clock_repeats_an_hour() {
        let daily = "30 2 * * *";
        let before = "2027-10-30T12:00[Europe/Zurich]";
        for changes in [Cron, Systemd, Kubernetes] {
            let expected = ["31 02:30 +02:00", "01 02:30 +01:00", "02 02:30 +01:00"];
            assert_eq!(times(daily, changes, before), expected, "{changes:?}");
        }
        let night = "2027-10-31T02:15+02:00[Europe/Zurich]";
        let often = "*/30 * * * *";
        assert_eq!(times(often, Cron, night), ["31 02:30 +02:00", "31 02:00 +01:00", "31 02:30 +01:00"]);
        assert_eq!(times(often, Systemd, night), ["31 02:30 +02:00", "31 03:00 +01:00", "31 03:30 +01:00"]);
        let repeated = "2027-10-31T02:15+01:00[Europe/Zurich]";
        assert_eq!(times(often, Systemd, repeated)[0], "31 02:30 +01:00");
    }

    #[test]
    fn a_time_that_is_skipped_is_told() {
        let after: ZonedDateTime = "2027-01-01T00:00[Europe/Zurich]".parse().unwrap();
        let skipped = |cron, changes| {
            let expression = Expression::parse(cron).unwrap();
            skipped_time(&expression, changes, &after).map(|time| time.to_string())
        };
        assert_eq!(skipped("30 2 * * *", Systemd).as_deref(), Some("2027-03-28T02:30:00"));
        assert_eq!(skipped("0 2 * * 0", Kubernetes).as_deref(), Some("2027-03-28T02:00:00"));
        for (cron, changes) in [
            ("30 2 * * *", Cron),
            ("0 3 * * *", Systemd),
            ("59 1 * * *", Systemd),
            ("30 2 * * 1", Systemd),
            ("30 * * * *", Systemd),
        ] {
            assert_eq!(skipped(cron, changes), None, "{cron}");
        }
    }

    #[test]
    fn the_shortest_distance_counts() {
        let after: ZonedDateTime = "2027-01-01T00:00[Europe/Zurich]".parse().unwrap();
        for (cron, minutes) in [
            ("* * * * *", Some(1)),
            ("*/15 * * * *", Some(15)),
            // The day of the change in spring has 23 hours.
            ("0 3 * * *", Some(23 * 60)),
            ("0 3,5 * * 1", Some(120)),
            ("50 23 1 * *", Some(28 * 24 * 60)),
            ("0 0 1 1 *", None),
        ] {
            let expression = Expression::parse(cron).unwrap();
            let distance = shortest_distance(&expression, Cron, &after);
            assert_eq!(distance, minutes.map(|minutes| Duration::from_secs(minutes * 60)), "{cron}");
        }
    }

    #[test]
    fn at_the_end_of_the_calendar_there_is_no_next_time() {
        for zone in ["Europe/Zurich", "UTC", "Pacific/Kiritimati", "Pacific/Honolulu"] {
            let Ok(zone) = jiff::tz::TimeZone::get(zone) else { continue };
            let end = jiff::Timestamp::MAX.to_zoned_datetime(zone);
            for changes in [Cron, Systemd, Kubernetes] {
                let expression = Expression::parse("30 2 29 2 *").unwrap();
                assert_eq!(next_times(&expression, changes, &end, 3), []);
                assert_eq!(shortest_distance(&expression, changes, &end), None);
                assert_eq!(skipped_time(&expression, changes, &end), None);
            }
        }
    }
}
