//! Strings that name something.

use std::ops::Deref;

use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::typed::string;

/// The environments of the Globus SDK.
const ENVIRONMENTS: &[&str] = &["production", "preview", "sandbox", "integration", "test", "staging"];

/// A namespace of a token file; the SDK's default is `DEFAULT`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Namespace(#[schemars(length(min = 1))] pub(crate) String);

/// An environment of the Globus SDK, such as `production`.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(extend("enum" = ENVIRONMENTS))]
pub struct EnvironmentName(String);

/// The name of an environment variable.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
pub(crate) struct VariableName(#[schemars(regex(pattern = "^[^=]+$"))] pub(crate) String);

impl Default for Namespace {
    fn default() -> Self {
        Self("DEFAULT".to_owned())
    }
}

impl Deref for EnvironmentName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Namespace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match string(deserializer, "a string")? {
            text if text.is_empty() => Err(D::Error::custom("is empty")),
            text => Ok(Self(text)),
        }
    }
}

impl<'de> Deserialize<'de> for EnvironmentName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match string(deserializer, "a string")? {
            text if ENVIRONMENTS.contains(&text.as_str()) => Ok(Self(text)),
            other => Err(D::Error::unknown_variant(&other, ENVIRONMENTS)),
        }
    }
}

impl<'de> Deserialize<'de> for VariableName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match string(deserializer, "a string")? {
            text if text.is_empty() || text.contains(['=', '\0']) => {
                Err(D::Error::custom("must name an environment variable"))
            }
            text => Ok(Self(text)),
        }
    }
}
