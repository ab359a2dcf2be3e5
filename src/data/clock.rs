//! What time it is.

use jiff::Timestamp;

use crate::{Error, Result};

/// The variable that says what time it is in the place of the clock, in seconds since 1970
/// ([its specification](https://reproducible-builds.org/specs/source-date-epoch/)): the same data then gives the
/// same output at any time.
const VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// This moment, to the second. Fails with [`Kind::Usage`](crate::Kind::Usage) if `SOURCE_DATE_EPOCH` is no time.
pub(super) fn now() -> Result<Timestamp> {
    let seconds = match std::env::var(VARIABLE) {
        Err(_) => Timestamp::now().as_second(),
        Ok(text) => text.trim().parse().map_err(|error| wrong(&text).because(error))?,
    };
    Timestamp::from_second(seconds).map_err(|error| wrong(&seconds.to_string()).because(error))
}

fn wrong(text: &str) -> Error {
    Error::usage(format!("the environment variable {VARIABLE} is no time: {text:?}"))
        .help("it is a number of seconds since 1970-01-01, or is not set")
}
