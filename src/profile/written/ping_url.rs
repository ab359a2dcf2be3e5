//! The URL that a run pings.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use url::Url;

use super::auth::SecretKeys;
use super::values::parse_url;

/// An `http` or `https` URL, or where it is: whoever knows it can ping it, too.
#[derive(Debug)]
pub enum PingUrl {
    Url(Url),
    In(SecretKeys),
}

impl<'de> Deserialize<'de> for PingUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PingUrlVisitor)
    }
}

struct PingUrlVisitor;

impl<'de> Visitor<'de> for PingUrlVisitor {
    type Value = PingUrl;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a URL or a table")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<PingUrl, E> {
        parse_url(text).map(PingUrl::Url).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<PingUrl, A::Error> {
        SecretKeys::deserialize(MapAccessDeserializer::new(entries)).map(PingUrl::In)
    }
}

impl JsonSchema for PingUrl {
    fn schema_name() -> Cow<'static, str> {
        "PingUrl".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut place = generator.subschema_for::<SecretKeys>();
        place.insert("minProperties".to_owned(), 1.into());
        place.insert("maxProperties".to_owned(), 1.into());
        json_schema!({
            "format": "ping_url",
            "anyOf": [{ "type": "string", "format": "uri", "pattern": "^https?://" }, place],
            "examples": ["https://hc-ping.com/UUID", { "env": "PING_URL" }],
        })
    }
}
