//! Cron expressions: five fields, read in the way that every cron agrees on.

use std::ops::Range;
use std::sync::Arc;

use croner::parser::CronParser;
use croner::{Cron, CronComponent};

use super::compact::{Run, runs};
use crate::diagnostic::Diagnostic;
use crate::{Error, Result};

/// When a schedule runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression(Cron);

/// One of the five fields.
struct Field {
    name: &'static str,
    /// One value of it, for a message.
    one: &'static str,
    min: u16,
    max: u16,
    /// Names of its values, the first one of `min`.
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", one: "a minute", min: 0, max: 59, names: &[] },
    Field { name: "hour", one: "an hour", min: 0, max: 23, names: &[] },
    Field { name: "day of the month", one: "a day of the month", min: 1, max: 31, names: &[] },
    Field {
        name: "month",
        one: "a month",
        min: 1,
        max: 12,
        names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    },
    Field {
        name: "day of the week",
        one: "a day of the week",
        min: 0,
        max: 7,
        names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    },
];
const DAY_OF_MONTH: usize = 2;
const DAY_OF_WEEK: usize = 4;

/// The longest that a month can be, from January on.
const LONGEST: [u16; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const NICKNAMES: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// What is wrong with which bytes.
struct Mistake {
    at: Range<usize>,
    message: String,
    help: Option<String>,
}

impl Mistake {
    fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: None }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl Expression {
    /// Reads an expression. Fails with [`Kind::Usage`](crate::Kind::Usage) and shows the place.
    pub fn parse(written: &str) -> Result<Self> {
        read(written).map_err(|mistake| {
            // What is missing at the end has no byte.
            let at = mistake.at.start..mistake.at.end.min(written.len());
            let diagnostic = Diagnostic::error("--cron", Arc::from(written), at, mistake.message);
            let diagnostic = match mistake.help {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            };
            Error::usage("the cron expression has a mistake").with(vec![diagnostic])
        })
    }

    /// One that has been checked already, or that is known to be right.
    pub(super) fn known(text: &str) -> Option<Self> {
        read(text).ok()
    }

    pub(super) fn cron(&self) -> &Cron {
        &self.0
    }

    pub(super) fn minutes(&self) -> &CronComponent {
        &self.0.pattern.minutes
    }

    pub(super) fn hours(&self) -> &CronComponent {
        &self.0.pattern.hours
    }

    pub(super) fn months(&self) -> &CronComponent {
        &self.0.pattern.months
    }

    /// The days of the month; `None` if the field is `*`, so that the day of the week alone decides.
    pub(super) fn days_of_month(&self) -> Option<&CronComponent> {
        (!self.0.pattern.is_dom_wildcard()).then_some(&self.0.pattern.days)
    }

    /// The days of the week, 0 is Sunday; `None` if the field is `*`, so that the day of the month alone decides.
    pub(super) fn days_of_week(&self) -> Option<&CronComponent> {
        (!self.0.pattern.is_dow_wildcard()).then_some(&self.0.pattern.days_of_week)
    }

    /// The same in numbers and without what only some crons know: names of days, and 7 for Sunday.
    #[must_use]
    pub fn text(&self) -> String {
        let day = |field: Option<&CronComponent>| match field {
            None => "*".to_owned(),
            // With a `*` in it, some crons take the other field alone.
            Some(field) => listed(&runs(&field.values())),
        };
        [
            in_time(self.minutes(), 59),
            in_time(self.hours(), 23),
            day(self.days_of_month()),
            in_time(self.months(), 12),
            day(self.days_of_week()),
        ]
        .join(" ")
    }
}

fn in_time(field: &CronComponent, max: u16) -> String {
    let runs = runs(&field.values());
    match runs.as_slice() {
        [run] if run.first == field.min && run.last == max && run.step == 1 => "*".to_owned(),
        [run] if run.first == field.min && run.last + run.step > max && run.step > 1 => {
            format!("*/{}", run.step)
        }
        runs => listed(runs),
    }
}

fn listed(runs: &[Run]) -> String {
    let texts: Vec<String> = runs
        .iter()
        .map(|run| match run {
            Run { first, last, .. } if first == last => first.to_string(),
            Run { first, last, step: 1 } => format!("{first}-{last}"),
            Run { first, last, step } => format!("{first}-{last}/{step}"),
        })
        .collect();
    texts.join(",")
}

fn read(written: &str) -> Result<Expression, Mistake> {
    let trimmed = written.trim();
    let start = written.len() - written.trim_start().len();
    let whole = start..start + trimmed.len();
    if trimmed.starts_with('@') {
        let known = NICKNAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(trimmed));
        let Some((_, meaning)) = known else {
            return Err(Mistake::new(whole, format!("`{trimmed}` is not a time that every cron knows"))
                .help("@hourly, @daily, @weekly, @monthly and @yearly are"));
        };
        return read(meaning);
    }
    let fields = fields(written);
    let Ok(five) = <[Range<usize>; 5]>::try_from(fields.clone()) else {
        let at = fields.get(5).map_or(whole.clone(), |sixth| sixth.start..whole.end);
        let help = if fields.len() > 5 {
            "seconds and years are not of every cron"
        } else {
            "`0 3 * * *` is every day at 03:00"
        };
        let has = match fields.len() {
            1 => "this has one".to_owned(),
            several => format!("this has {several}"),
        };
        let message = format!("an expression has five fields, and {has}");
        return Err(Mistake::new(at, message).help(help));
    };
    for (field, span) in FIELDS.iter().zip(&five) {
        check_field(field, &written[span.clone()], span.start)?;
    }
    let cron = CronParser::new().parse(trimmed).map_err(|error| Mistake::new(whole, error.to_string()))?;
    check_days(written, &five)?;
    let expression = Expression(cron);
    check_that_it_comes(&expression, five[DAY_OF_MONTH].start..five[DAY_OF_MONTH + 1].end)?;
    Ok(expression)
}

/// Where the fields are.
fn fields(written: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut fields = Vec::new();
    for part in written.split_inclusive(char::is_whitespace) {
        let field = part.trim_end_matches(char::is_whitespace);
        if !field.is_empty() {
            fields.push(start..start + field.len());
        }
        start += part.len();
    }
    fields
}

fn check_field(field: &Field, text: &str, start: usize) -> Result<(), Mistake> {
    let mut at = start;
    for item in text.split(',') {
        check_item(field, item, at)?;
        at += item.len() + 1;
    }
    Ok(())
}

/// Checks one item of a field, such as `1-5/2`. The crate that reads it takes more than cron does, and does not tell the
/// place.
fn check_item(field: &Field, item: &str, at: usize) -> Result<(), Mistake> {
    let span = at..at + item.len();
    if item.is_empty() {
        return Err(Mistake::new(at..at + 1, "there is nothing at this comma"));
    }
    let (range, step) = match item.split_once('/') {
        Some((range, step)) => (range, Some(step)),
        None => (item, None),
    };
    if range != "*" {
        let (first, last) = match range.split_once('-') {
            Some((first, last)) => (first, Some(last)),
            None => (range, None),
        };
        let from = value(field, first, at)?;
        if let Some(last) = last {
            let to = match value(field, last, at + first.len() + 1)? {
                // Sunday ends a week as well.
                0 if field.max == 7 => 7,
                to => to,
            };
            if from > to {
                let message = format!("the range `{range}` ends before it begins");
                return Err(Mistake::new(span, message).help("write it as two ranges, with a comma"));
            }
        } else if let Some(step) = step {
            return Err(Mistake::new(span, format!("`/{step}` needs a range before it"))
                .help(format!("write `{first}-{}/{step}`, or `*/{step}`", field.max)));
        }
    }
    let Some(step) = step else { return Ok(()) };
    let span = span.end - step.len()..span.end;
    let widest = field.max - field.min;
    match step.parse::<u16>() {
        Ok(step) if (1..=widest).contains(&step) => Ok(()),
        Ok(0) => Err(Mistake::new(span, "a step is 1 or more")),
        Ok(_) => Err(Mistake::new(span, format!("a step of the {} is at most {widest}", field.name))
            .help("fields start anew: `*/90` is no 90 minutes")),
        Err(_) => {
            let at = if step.is_empty() { span.start - 1..span.end } else { span };
            Err(Mistake::new(at, "a step is a number"))
        }
    }
}

fn value(field: &Field, text: &str, at: usize) -> Result<u16, Mistake> {
    let span = at..at + text.len().max(1);
    if let Some(place) = field.names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
        return Ok(field.min + u16::try_from(place).unwrap_or_default());
    }
    let number = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u16>());
    match number {
        Some(Ok(number)) if (field.min..=field.max).contains(&number) => return Ok(number),
        _ if text.is_empty() => return Err(Mistake::new(span, "there is a number missing here")),
        _ => {}
    }
    let mut allowed = format!("{} to {}", field.min, field.max);
    if let [first, .., last] = field.names {
        allowed = format!("{allowed}, or {first} to {last}");
    }
    let mistake = Mistake::new(span, format!("`{text}` is not {}", field.one));
    Err(
        if text.contains(['?', 'L', 'W', '#', '+', 'l', 'w']) && number.is_none() && field.names.is_empty()
            || text.contains(['?', '#', '+'])
        {
            mistake.help("only some crons know `?`, `L`, `W`, `#` and `+`")
        } else {
            mistake.help(allowed)
        },
    )
}

/// A `*` with more beside it is a restriction to some crons and none to others, which matters if both days are given.
fn check_days(written: &str, fields: &[Range<usize>; 5]) -> Result<(), Mistake> {
    let days = [DAY_OF_MONTH, DAY_OF_WEEK].map(|field| &fields[field]);
    if days.iter().any(|span| &written[(*span).clone()] == "*") {
        return Ok(());
    }
    match days.into_iter().find(|span| written[(*span).clone()].starts_with('*')) {
        None => Ok(()),
        Some(span) => {
            let message = "with both days given, crons disagree whether this one counts";
            Err(Mistake::new(span.clone(), message).help("write the days as a range, such as `1-31/2`"))
        }
    }
}

/// `30 2 30 2 *` would wait forever.
fn check_that_it_comes(expression: &Expression, at: Range<usize>) -> Result<(), Mistake> {
    let (Some(days), None) = (expression.days_of_month(), expression.days_of_week()) else { return Ok(()) };
    let longest = expression.months().values().into_iter().map(|month| LONGEST[usize::from(month) - 1]).max();
    let first = days.values().into_iter().min();
    match (first, longest) {
        (Some(first), Some(longest)) if first > longest => {
            let message = "this date never comes";
            let months = if expression.months().values().len() == 1 { "the month has" } else { "they have" };
            Err(Mistake::new(at, message).help(format!("{months} {longest} days at most")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Expression, read};

    #[test]
    fn what_is_wrong_and_where() {
        for (written, at, message) in [
            ("", 0..0, "an expression has five fields, and this has 0"),
            ("0 3 * *", 0..7, "an expression has five fields, and this has 4"),
            ("0 3 * * * *", 10..11, "an expression has five fields, and this has 6"),
            (" 0 3 * * 1  2027 ", 12..16, "an expression has five fields, and this has 6"),
            ("60 3 * * *", 0..2, "`60` is not a minute"),
            ("0 24 * * *", 2..4, "`24` is not an hour"),
            ("0 3 0 * *", 4..5, "`0` is not a day of the month"),
            ("0 3 * 13 *", 6..8, "`13` is not a month"),
            ("0 3 * * 8", 8..9, "`8` is not a day of the week"),
            ("0 3 * * 1-5,mo", 12..14, "`mo` is not a day of the week"),
            ("mon 3 * * *", 0..3, "`mon` is not a minute"),
            ("0 3 * 1JAN *", 6..10, "`1JAN` is not a month"),
            ("0 3 L * *", 4..5, "`L` is not a day of the month"),
            ("0 3 ? * *", 4..5, "`?` is not a day of the month"),
            ("0 3 * * 5#2", 8..11, "`5#2` is not a day of the week"),
            ("1,,2 3 * * *", 2..3, "there is nothing at this comma"),
            ("5-1 3 * * *", 0..3, "the range `5-1` ends before it begins"),
            ("5- 3 * * *", 2..3, "there is a number missing here"),
            ("5/10 3 * * *", 0..4, "`/10` needs a range before it"),
            ("*/0 * * * *", 2..3, "a step is 1 or more"),
            ("*/90 * * * *", 2..4, "a step of the minute is at most 59"),
            ("*/x * * * *", 2..3, "a step is a number"),
            ("*/ * * * *", 1..2, "a step is a number"),
            ("99999999 3 * * *", 0..8, "`99999999` is not a minute"),
            ("é 3 * * *", 0..2, "`é` is not a minute"),
            ("30 2 30 2 *", 5..9, "this date never comes"),
            ("0 0 31 4,6,9,11 *", 4..15, "this date never comes"),
            ("0 0 */2 * 1", 4..7, "with both days given, crons disagree whether this one counts"),
            ("@reboot", 0..7, "`@reboot` is not a time that every cron knows"),
        ] {
            let mistake = read(written).err().unwrap_or_else(|| panic!("{written}"));
            assert_eq!((mistake.at, mistake.message.as_str()), (at, message), "{written}");
        }
    }

    #[test]
    fn what_is_missing_at_the_end_is_shown_there() {
        for written in ["0 3 * * 5-", "0 3 * * 5,", "0 3 * * 5/"] {
            let error = Expression::parse(written).unwrap_err();
            let mistake = &error.diagnostics[0];
            assert!(mistake.span.end <= written.len(), "{written}");
            assert!(mistake.render(false).lines().last().unwrap().contains('^'), "{written}");
        }
    }

    #[test]
    fn what_every_cron_understands() {
        for (written, text) in [
            ("0 3 * * *", "0 3 * * *"),
            (" */15  *\t* * * ", "*/15 * * * *"),
            ("00 03 * * mon-FRI", "0 3 * * 1-5"),
            ("0 3 * * 7", "0 3 * * 0"),
            ("0 3 * * fri-sun", "0 3 * * 0,5,6"),
            ("0 3 1-31 * *", "0 3 1-31 * *"),
            ("0 3 1-31/2 * 1", "0 3 1-31/2 * 1"),
            ("5,10,15,20 9-17 1 jan,jul *", "5-20/5 9-17 1 1,7 *"),
            ("0-59/7 * * * *", "*/7 * * * *"),
            ("0 0 29 2 *", "0 0 29 2 *"),
            ("0 0 30 2 1", "0 0 30 2 1"),
            ("@Daily", "0 0 * * *"),
        ] {
            assert_eq!(Expression::parse(written).unwrap().text(), text, "{written}");
        }
    }

    fn field(min: u16, max: u16) -> impl Strategy<Value = String> {
        let item = (min..=max, min..=max, 1..max - min).prop_map(|(one, other, step)| {
            let (first, last) = (one.min(other), one.max(other));
            match step % 3 {
                0 => first.to_string(),
                1 => format!("{first}-{last}"),
                _ => format!("{first}-{last}/{step}"),
            }
        });
        prop_oneof![
            Just("*".to_owned()),
            (1..max - min).prop_map(|step| format!("*/{step}")),
            proptest::collection::vec(item, 1..4).prop_map(|items| items.join(",")),
        ]
    }

    proptest! {
        #[test]
        fn the_text_means_the_same(
            minute in field(0, 59), hour in field(0, 23), day in field(1, 31), month in field(1, 12),
            week_day in field(0, 7),
        ) {
            if let Ok(one) = read(&format!("{minute} {hour} {day} {month} {week_day}")) {
                let other = Expression::parse(&one.text()).unwrap();
                prop_assert_eq!(one.minutes().values(), other.minutes().values());
                prop_assert_eq!(one.hours().values(), other.hours().values());
                prop_assert_eq!(one.months().values(), other.months().values());
                let values = |field: Option<&croner::CronComponent>| field.map(croner::CronComponent::values);
                prop_assert_eq!(values(one.days_of_month()), values(other.days_of_month()));
                prop_assert_eq!(values(one.days_of_week()), values(other.days_of_week()));
            }
        }
    }
}
