//! The errors of reading a value, which do not know yet which value it is.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

/// The error of one pass of serde.
#[derive(Debug)]
pub(super) enum ReadError {
    /// The mistake is noted with its place.
    Noted,
    /// The value has another type.
    Type { expected: String },
    /// The string is none of these words.
    Choice { found: String, choices: &'static [&'static str] },
    /// The table has a key other than these.
    UnknownKey { known: &'static [&'static str] },
    /// The table lacks this key.
    MissingKey(&'static str),
    /// The value is refused, for a reason that follows the name of its key. A second line is the help.
    Refused(String),
}

impl Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Refused(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::Type { expected: expected.to_string() }
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::Refused(format!("must be {expected}"))
    }

    fn unknown_variant(found: &str, choices: &'static [&'static str]) -> Self {
        Self::Choice { found: found.to_owned(), choices }
    }

    fn unknown_field(_: &str, known: &'static [&'static str]) -> Self {
        Self::UnknownKey { known }
    }

    fn missing_field(key: &'static str) -> Self {
        Self::MissingKey(key)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for ReadError {}
