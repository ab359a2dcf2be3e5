//! The ID of a registered application.

use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::typed::string;

/// A UUID, in lower case.
#[derive(Debug, JsonSchema)]
#[schemars(example = "61338d24-54d5-408f-a10d-66c06b59f6d2", extend("format" = "uuid"))]
pub(crate) struct ClientId(pub(in crate::profile) String);

impl<'de> Deserialize<'de> for ClientId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = string(deserializer, "a string")?;
        // `Uuid` also parses forms without hyphens, which Globus does not accept.
        let id = Uuid::try_parse(&text).ok().filter(|_| text.len() == 36);
        id.map(|id| Self(id.to_string())).ok_or_else(|| D::Error::custom("must be a UUID"))
    }
}
