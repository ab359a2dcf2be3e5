//! Expressions in the language of systemd's `OnCalendar=`.

use croner::CronComponent;

use super::compact::{Run, runs};
use super::expression::Expression;

const WEEK_DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// The values of `OnCalendar=` that together mean the expression. If it gives both days, cron runs on each of them, but one
/// value of systemd only on days that are both: then there are two.
#[must_use]
pub fn on_calendar(expression: &Expression) -> Vec<String> {
    let months = part(expression.months(), 12);
    let time = format!("{}:{}:00", part(expression.hours(), 23), part(expression.minutes(), 59));
    let on_days_of_month = |days: &str| format!("*-{months}-{days} {time}");
    let on_days_of_week = |days: &CronComponent| {
        let names: Vec<&str> = days.values().into_iter().map(|day| WEEK_DAYS[usize::from(day) % 7]).collect();
        format!("{} *-{months}-* {time}", names.join(","))
    };
    match (expression.days_of_month(), expression.days_of_week()) {
        (None, None) => vec![on_days_of_month("*")],
        (Some(days), None) => vec![on_days_of_month(&part(days, 31))],
        (None, Some(days)) => vec![on_days_of_week(days)],
        (Some(days), Some(week_days)) => {
            vec![on_days_of_month(&part(days, 31)), on_days_of_week(week_days)]
        }
    }
}

fn part(field: &CronComponent, max: u16) -> String {
    let runs = runs(&field.values());
    if let [Run { first, last, step: 1 }] = runs.as_slice()
        && *first == field.min
        && *last == max
    {
        return "*".to_owned();
    }
    let texts: Vec<String> = runs
        .iter()
        .map(|run| match run {
            Run { first, last, .. } if first == last => format!("{first:02}"),
            Run { first, last, step: 1 } => format!("{first:02}..{last:02}"),
            Run { first, last, step } => format!("{first:02}..{last:02}/{step}"),
        })
        .collect();
    texts.join(",")
}

#[cfg(test)]
mod tests {
    use super::on_calendar;
    use crate::schedule::expression::Expression;

    #[test]
    fn cron_expressions_for_systemd() {
        for (cron, expected) in [
            ("0 3 * * *", vec!["*-*-* 03:00:00"]),
            ("*/15 * * * *", vec!["*-*-* *:00..45/15:00"]),
            ("5 9-17 1 1,7 *", vec!["*-01,07-01 09..17:05:00"]),
            ("0 0 * * 7,1-2", vec!["Sun,Mon,Tue *-*-* 00:00:00"]),
            ("0 3 13 * 5", vec!["*-*-13 03:00:00", "Fri *-*-* 03:00:00"]),
        ] {
            assert_eq!(on_calendar(&Expression::parse(cron).unwrap()), expected, "{cron}");
        }
    }
}
