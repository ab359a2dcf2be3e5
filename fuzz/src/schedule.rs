//! When a profile runs by itself, and the crontab that says so. Of the input the first line is an expression, the second
//! one a profile, and the rest a crontab.

use globus_runner::fuzzing::{crontab_jobs, crontab_with, crontab_without, daily, every};
use globus_runner::{ClockChanges, Expression, next_times, on_calendar};
use jiff::ZonedDateTime;

const OTHER: &str = "/another.toml";
const LINE: &str = "0 3 * * * /usr/bin/env HOME=/home/me /usr/bin/runner run";
/// Before two changes of the clock.
const STARTS: [&str; 2] = ["2027-03-27T12:34[Europe/Zurich]", "2027-10-30T12:34[Europe/Zurich]"];

pub fn check(input: &[u8]) {
    let mut lines = input.splitn(3, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (expression, profile, crontab) = (line(), line(), line());
    if let Ok(written) = str::from_utf8(expression) {
        an_expression(written);
        for written in [every(written), daily(written)].into_iter().flatten() {
            an_expression(&written.text());
        }
    }
    // The path of a profile that is scheduled is text in one line; see `schedule/job.rs`.
    if let Some(profile) = str::from_utf8(profile).ok().filter(|path| !path.contains(char::is_control)) {
        a_crontab(crontab, profile);
    }
}

fn an_expression(written: &str) {
    let expression = match Expression::parse(written) {
        Ok(expression) => expression,
        Err(error) => {
            let [mistake] = error.diagnostics.as_slice() else { panic!("{error} at no place") };
            let span = &mistake.span;
            assert!(span.start <= span.end && span.end <= written.len(), "{span:?} of {written:?}");
            assert!(!mistake.render(false).is_empty());
            return;
        }
    };
    let text = expression.text();
    let again = Expression::parse(&text).expect("what it is written as is an expression");
    assert_eq!(again.text(), text, "{written:?}");
    assert_eq!(on_calendar(&again), on_calendar(&expression));
    assert!(!on_calendar(&expression).is_empty());
    for start in STARTS {
        let start: ZonedDateTime = start.parse().unwrap();
        for changes in [ClockChanges::Cron, ClockChanges::Systemd, ClockChanges::Kubernetes] {
            let times = next_times(&expression, changes, &start, 4);
            assert_eq!(times.len(), 4, "{written:?} ends");
            assert!(times[0] > start && times.is_sorted_by(|one, next| one < next), "{written:?}: {times:?}");
            assert_eq!(times, next_times(&again, changes, &start, 4), "{written:?} and {text:?}");
        }
    }
}

fn a_crontab(text: &[u8], profile: &str) {
    let Ok(jobs) = crontab_jobs(text) else {
        // It is not clear what is ours.
        assert!(crontab_with(text, profile, LINE).is_err() && crontab_without(text, profile).is_err());
        return;
    };
    let with = crontab_with(text, profile, LINE).unwrap();
    assert_eq!(crontab_with(&with, profile, LINE).unwrap(), with, "twice is not once");
    let of_profile =
        |text: &[u8]| crontab_jobs(text).unwrap().into_iter().filter(|(of, _)| of == profile).count();
    assert_eq!(of_profile(&with), 1);
    let without = crontab_without(&with, profile).unwrap();
    assert_eq!(of_profile(&without), 0);
    assert_eq!(without, crontab_without(text, profile).unwrap(), "what was put in is taken out");
    assert_eq!(lines_of_others(&without), lines_of_others(text));
    if jobs.is_empty() && !text.windows(15).any(|part| part == b"globus-runner: ") {
        assert!(with.starts_with(text), "what was there stays");
        assert_eq!(without, text);
    }
    if profile != OTHER && !jobs.iter().any(|(of, _)| of == OTHER) {
        let both = crontab_with(&with, OTHER, LINE).unwrap();
        assert_eq!(crontab_without(&both, OTHER).unwrap(), with);
    }
}

/// The lines outside of the block.
fn lines_of_others(text: &[u8]) -> Vec<&[u8]> {
    let mut is_ours = false;
    let mut lines = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let begins = line.starts_with(b"# globus-runner: begin");
        let ends = line.starts_with(b"# globus-runner: end");
        is_ours |= begins;
        if !is_ours {
            lines.push(line.strip_suffix(b"\n").unwrap_or(line));
        }
        is_ours &= !ends;
    }
    lines
}
