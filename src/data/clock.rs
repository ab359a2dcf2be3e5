//! The time of a run.

use jiff::Timestamp;

use crate::diagnostic::moment;
use crate::{Error, Result};

/// The environment variable that overrides the clock, in seconds since 1970, so that the same data gives the same
/// output at any time. See [its specification](https://reproducible-builds.org/specs/source-date-epoch/).
const VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// Now, to the second. Exit code 2 if `SOURCE_DATE_EPOCH` is not a time.
pub(super) fn now() -> Result<Timestamp> {
    let seconds = match std::env::var(VARIABLE) {
        Err(_) => moment::now().as_second(),
        Ok(text) => text.trim().parse().map_err(|_| wrong(&text).because("it is not a whole number"))?,
    };
    Timestamp::from_second(seconds).map_err(|_| wrong(&seconds.to_string()).because("no calendar has it"))
}

fn wrong(text: &str) -> Error {
    Error::usage(format!("the environment variable {VARIABLE} is not a time: {text:?}"))
        .help("set it to the seconds since 1970-01-01, or unset it")
}
