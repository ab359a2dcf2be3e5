//! The ID of a registered application.

use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

/// A UUID, in lower case.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(example = "61338d24-54d5-408f-a10d-66c06b59f6d2", extend("format" = "uuid"))]
pub struct ClientId(pub String);

impl TryFrom<String> for ClientId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        // `Uuid` also parses forms without hyphens, which Globus does not accept.
        let id = Uuid::try_parse(&text).ok().filter(|_| text.len() == 36);
        id.map(|id| Self(id.to_string())).ok_or("must be a UUID")
    }
}
