//! How much may change.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::integer::Integer;

/// A number of rows.
pub type Count = Integer<0, 1_000_000_000, 0>;

const HELP: &str = "write 10, \"10%\" or { count = 10, percent = 10 }";

/// A number, a percentage of up to `PERCENT_MAX`, or both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit<const PERCENT_MAX: u32>(pub(in crate::profile) LimitKeys<PERCENT_MAX>);

/// The keys of the table; a number or a percentage alone is short for one of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub struct LimitKeys<const PERCENT_MAX: u32> {
    /// The number.
    pub count: Option<Count>,
    /// The percentage.
    pub percent: Option<Percent<PERCENT_MAX>>,
}

/// From 0 to `MAX` percent.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(try_from = "f64")]
#[schemars(extend("minimum" = 0, "maximum" = MAX))]
pub struct Percent<const MAX: u32>(f64);

impl<const MAX: u32> Percent<MAX> {
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl<const MAX: u32> TryFrom<f64> for Percent<MAX> {
    type Error = String;

    fn try_from(percent: f64) -> Result<Self, String> {
        let fits = (0.0..=f64::from(MAX)).contains(&percent);
        fits.then_some(Self(percent)).ok_or_else(|| format!("must be from 0% to {MAX}%\n{HELP}"))
    }
}

impl<'de, const PERCENT_MAX: u32> Deserialize<'de> for Limit<PERCENT_MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LimitVisitor)
    }
}

struct LimitVisitor<const PERCENT_MAX: u32>;

impl<'de, const PERCENT_MAX: u32> Visitor<'de> for LimitVisitor<PERCENT_MAX> {
    type Value = Limit<PERCENT_MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer, a percentage or a table")
    }

    fn visit_i64<E: Error>(self, count: i64) -> Result<Self::Value, E> {
        let count = Count::try_from(i128::from(count)).map_err(E::custom)?;
        Ok(Limit(LimitKeys { count: Some(count), percent: None }))
    }

    fn visit_u64<E: Error>(self, count: u64) -> Result<Self::Value, E> {
        let count = Count::try_from(i128::from(count)).map_err(E::custom)?;
        Ok(Limit(LimitKeys { count: Some(count), percent: None }))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let number = text.strip_suffix('%').map(str::trim_end).filter(|number| is_plain(number));
        let percent = number.and_then(|number| number.parse::<f64>().ok());
        let percent = percent.ok_or_else(|| E::custom(format_args!("must be a percentage\n{HELP}")))?;
        Ok(Limit(LimitKeys { count: None, percent: Some(percent.try_into().map_err(E::custom)?) }))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
        let keys = LimitKeys::deserialize(MapAccessDeserializer::new(entries))?;
        if keys == LimitKeys::default() {
            return Err(A::Error::custom(format_args!("names no limit\n{HELP}")));
        }
        Ok(Limit(keys))
    }
}

/// Rust would also parse `1e3`, `-1` and `inf`.
fn is_plain(number: &str) -> bool {
    number.starts_with(|c: char| c.is_ascii_digit())
        && number.bytes().all(|c| c.is_ascii_digit() || c == b'.')
}

impl<const PERCENT_MAX: u32> JsonSchema for Limit<PERCENT_MAX> {
    fn schema_name() -> Cow<'static, str> {
        format!("Limit{PERCENT_MAX}").into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let count = generator.subschema_for::<Count>();
        let keys = generator.subschema_for::<LimitKeys<PERCENT_MAX>>();
        json_schema!({
            "format": "limit",
            "anyOf": [count, { "type": "string", "pattern": r"^[0-9]+(\.[0-9]*)? *%$" }, keys],
            "examples": ["10%", 10, { "count": 10, "percent": 10 }],
        })
    }
}
