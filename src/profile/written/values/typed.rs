//! Reading a value of one type, with an error that names in words what was expected.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, Visitor};

/// A string; `expected` is what the error says otherwise, such as `a URL`.
pub(super) fn string<'de, D: Deserializer<'de>>(
    deserializer: D,
    expected: &'static str,
) -> Result<String, D::Error> {
    deserializer.deserialize_string(Text(expected))
}

/// An integer or a float. An integer with more than 32 bits is not a number: no key takes one as large.
pub(super) fn number<'de, D: Deserializer<'de>>(
    deserializer: D,
    expected: &'static str,
) -> Result<f64, D::Error> {
    deserializer.deserialize_f64(Number(expected))
}

struct Text(&'static str);

impl Visitor<'_> for Text {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
}

struct Number(&'static str);

impl Visitor<'_> for Number {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<f64, E> {
        Ok(i32::try_from(number).map_or(f64::NAN, f64::from))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<f64, E> {
        Ok(number)
    }
}
