//! `--every 1h` and `--daily 03:00` as cron expressions.

use jiff::civil::Time;

use super::expression::Expression;
use crate::diagnostic::duration::{self, NotASpan};
use crate::{Error, Result};

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;
const DAY: u64 = 86_400;

const POSSIBLE: &str = "take 5m, 10m, 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h or 1d, or write --cron";

/// Reads the value of `--every`.
pub fn every(written: &str) -> Result<Expression> {
    let span = duration::parse(written).map_err(|why| {
        let wrong = Error::usage(format!("--every: `{written}` is not possible"));
        if why == NotASpan::TooLarge {
            return wrong.because("the number is too large").help(POSSIBLE);
        }
        let unit = written.trim().trim_start_matches(|c: char| c.is_ascii_digit()).trim();
        let wrong = Error::usage(format!("--every: `{written}` is not a span of time"));
        let is_unit =
            !unit.is_empty() && unit.chars().all(char::is_alphabetic) && unit.len() < written.trim().len();
        let wrong = if is_unit { wrong.because(format!("there is no unit `{unit}`")) } else { wrong };
        wrong.help("write a number and one of the units m, h and d, such as `15m` or `1h`")
    })?;
    let seconds = span.as_secs();
    let wrong = || Error::usage(format!("--every: `{written}` is not possible"));
    let (minutes, hours) = (seconds / MINUTE, seconds / HOUR);
    let text = if seconds < MINUTE || seconds % MINUTE != 0 {
        return Err(wrong()
            .because("the smallest unit of a schedule is a minute")
            .help("write `1m` or more"));
    } else if minutes < 60 && 60 % minutes == 0 {
        if minutes == 1 { "* * * * *".to_owned() } else { format!("*/{minutes} * * * *") }
    } else if hours < 24 && seconds % HOUR == 0 && 24 % hours == 0 {
        if hours == 1 { "0 * * * *".to_owned() } else { format!("0 */{hours} * * *") }
    } else if seconds == DAY {
        "0 0 * * *".to_owned()
    } else {
        return Err(wrong()
            .because("it divides neither an hour nor a day, so its times would not be the same each day")
            .help(POSSIBLE));
    };
    Expression::parse(&text)
}

/// Reads the value of `--daily`.
pub fn daily(written: &str) -> Result<Expression> {
    let time = Time::strptime("%H:%M", written.trim()).map_err(|_| {
        Error::usage(format!("--daily: `{written}` is not a time of day"))
            .help("write it as `03:00`, from 00:00 to 23:59")
    })?;
    Expression::parse(&format!("{} {} * * *", time.minute(), time.hour()))
}

#[cfg(test)]
mod tests {
    use super::{daily, every};

    #[test]
    fn times_as_expressions() {
        for (written, text) in [
            ("1m", "* * * * *"),
            ("15 min", "*/15 * * * *"),
            ("60m", "0 * * * *"),
            ("1h", "0 * * * *"),
            ("6 hours", "0 */6 * * *"),
            ("24h", "0 0 * * *"),
            ("1d", "0 0 * * *"),
        ] {
            assert_eq!(every(written).unwrap().text(), text, "{written}");
        }
        assert_eq!(daily("03:05").unwrap().text(), "5 3 * * *");
        assert_eq!(daily("3:05").unwrap().text(), "5 3 * * *");
    }

    #[test]
    fn what_is_not_possible() {
        for (written, words) in [
            ("", "not a span of time"),
            ("h", "not a span of time"),
            ("-1h", "not a span of time"),
            ("5", "the smallest unit"),
            ("5x", "there is no unit `x`"),
            ("2 hous", "there is no unit `hous`"),
            ("99999999999h", "the number is too large"),
            ("99999999999999999999 hours", "the number is too large"),
            ("0m", "the smallest unit"),
            ("30s", "the smallest unit"),
            ("90s", "the smallest unit"),
            ("7m", "divides neither"),
            ("90m", "divides neither"),
            ("5h", "divides neither"),
            ("7d", "divides neither"),
        ] {
            let error = every(written).unwrap_err().to_string();
            assert!(error.contains(words), "{written}: {error}");
        }
        for written in ["", "3", "24:00", "03:60", "3pm", "03:00:00"] {
            assert!(daily(written).is_err(), "{written}");
        }
    }
}
