//! The ID of a group.

use std::ops::Deref;

use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

/// A UUID, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("format" = "uuid"))]
pub struct GroupId(String);

impl TryFrom<String> for GroupId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        // `Uuid` also parses forms without hyphens, which Globus does not accept.
        let id = Uuid::try_parse(&text).ok().filter(|_| text.len() == 36);
        id.map(|id| Self(id.to_string())).ok_or(
            "must be the ID of a group, a UUID\n`runner --profile groups` lists your groups with their IDs",
        )
    }
}

impl Deref for GroupId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}
