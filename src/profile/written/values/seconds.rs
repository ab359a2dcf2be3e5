//! Spans of time, written as a number of seconds or as a text such as `"5m"`.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::diagnostic::duration::{self, NotASpan};

/// The shortest span, in seconds: a shorter one would round down to no time at all.
const SHORTEST: f64 = 0.001;
/// A day. A longer timeout is a mistake, and none at all is written as -1.
const TIMEOUT_MAX: u32 = 86_400;

/// A span of up to `MAX` seconds, which is `DEFAULT` seconds where the profile says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenSpan")]
#[schemars(extend("format" = "seconds", "minimum" = SHORTEST, "maximum" = MAX))]
pub struct Seconds<const MAX: u32, const DEFAULT: u32>(Duration);

impl<const MAX: u32, const DEFAULT: u32> Seconds<MAX, DEFAULT> {
    /// The span itself.
    #[must_use]
    pub fn get(self) -> Duration {
        self.0
    }
}

impl<const MAX: u32, const DEFAULT: u32> Default for Seconds<MAX, DEFAULT> {
    fn default() -> Self {
        Self(Duration::from_secs(DEFAULT.into()))
    }
}

impl<const MAX: u32, const DEFAULT: u32> Serialize for Seconds<MAX, DEFAULT> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0.as_secs())
    }
}

impl<const MAX: u32, const DEFAULT: u32> TryFrom<WrittenSpan> for Seconds<MAX, DEFAULT> {
    type Error = String;

    fn try_from(WrittenSpan(seconds): WrittenSpan) -> Result<Self, String> {
        span(seconds, MAX)
            .map(Self)
            .ok_or_else(|| format!("must be a number of seconds from {SHORTEST} to {MAX}"))
    }
}

/// The longest silence of a service. A whole request may take longer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenSpan")]
#[schemars(extend(
    "format" = "seconds",
    "anyOf" = [{ "minimum": SHORTEST, "maximum": TIMEOUT_MAX }, { "const": -1 }],
))]
pub enum Timeout {
    /// As `GLOBUS_SDK_HTTP_TIMEOUT` says, or the SDK's default: the profile says nothing.
    #[default]
    FromEnvironment,
    /// This long. Written as a number of seconds.
    After(Duration),
    /// Without a limit. Written as -1, as in the Globus SDK.
    Never,
}

impl TryFrom<WrittenSpan> for Timeout {
    type Error = String;

    #[expect(clippy::float_cmp, reason = "-1 is a keyword here")]
    fn try_from(WrittenSpan(seconds): WrittenSpan) -> Result<Self, String> {
        if seconds == -1.0 {
            return Ok(Self::Never);
        }
        span(seconds, TIMEOUT_MAX).map(Self::After).ok_or_else(|| {
            format!("must be a number of seconds from {SHORTEST} to {TIMEOUT_MAX}, or -1 for no limit")
        })
    }
}

/// An hour.
const DEADLINE_DEFAULT: u64 = 3600;
/// A week.
const DEADLINE_MAX: u32 = 604_800;

/// How long something may take as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenSpan")]
#[schemars(extend(
    "format" = "seconds",
    "anyOf" = [{ "minimum": SHORTEST, "maximum": DEADLINE_MAX }, { "const": -1 }],
))]
pub enum Deadline {
    After(Duration),
    /// Written as -1.
    Never,
}

impl Default for Deadline {
    fn default() -> Self {
        Self::After(Duration::from_secs(DEADLINE_DEFAULT))
    }
}

impl Serialize for Deadline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::After(duration) => serializer.serialize_u64(duration.as_secs()),
            Self::Never => serializer.serialize_i64(-1),
        }
    }
}

impl TryFrom<WrittenSpan> for Deadline {
    type Error = String;

    #[expect(clippy::float_cmp, reason = "-1 is a keyword here")]
    fn try_from(WrittenSpan(seconds): WrittenSpan) -> Result<Self, String> {
        if seconds == -1.0 {
            return Ok(Self::Never);
        }
        span(seconds, DEADLINE_MAX).map(Self::After).ok_or_else(|| {
            format!("must be a number of seconds from {SHORTEST} to {DEADLINE_MAX}, or -1 for no limit")
        })
    }
}

/// A week. A longer age is a mistake.
const AGE_MAX: u32 = 604_800;

/// How old something may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenSpan")]
#[schemars(extend("format" = "seconds", "minimum" = SHORTEST, "maximum" = AGE_MAX, "examples" = ["10m"]))]
pub struct Age(Duration);

impl Age {
    #[must_use]
    pub fn get(self) -> Duration {
        self.0
    }
}

impl TryFrom<WrittenSpan> for Age {
    type Error = String;

    fn try_from(WrittenSpan(seconds): WrittenSpan) -> Result<Self, String> {
        span(seconds, AGE_MAX)
            .map(Self)
            .ok_or_else(|| format!("must be a number of seconds from {SHORTEST} to {AGE_MAX}"))
    }
}

/// A span as it is written, in seconds.
struct WrittenSpan(f64);

impl<'de> Deserialize<'de> for WrittenSpan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SpanVisitor)
    }
}

struct SpanVisitor;

impl Visitor<'_> for SpanVisitor {
    type Value = WrittenSpan;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of seconds")
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<WrittenSpan, E> {
        Ok(WrittenSpan(seconds))
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<WrittenSpan, E> {
        // More than any limit.
        Ok(WrittenSpan(i32::try_from(seconds).map_or(f64::MAX, f64::from)))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<WrittenSpan, E> {
        Ok(WrittenSpan(f64::MAX))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<WrittenSpan, E> {
        // A quoted number may be meant in any unit.
        if text.trim().parse::<f64>().is_ok() {
            return Err(E::invalid_type(Unexpected::Str(text), &self));
        }
        match duration::parse(text) {
            Ok(span) => Ok(WrittenSpan(span.as_secs_f64())),
            // More than any limit.
            Err(NotASpan::TooLarge) => Ok(WrittenSpan(f64::MAX)),
            Err(NotASpan::Unreadable) => Err(E::custom(
                "is not a time\nwrite a number of seconds, or such as \"90s\", \"5m\" or \"1h\"",
            )),
        }
    }
}

impl JsonSchema for WrittenSpan {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["number", "string"], "pattern": "^ *[0-9].*[a-z] *$" })
    }
}

fn span(seconds: f64, max: u32) -> Option<Duration> {
    (SHORTEST..=f64::from(max)).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}
