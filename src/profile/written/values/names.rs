//! Strings that name something.

use std::ops::Deref;

use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// The environments of the Globus SDK.
const ENVIRONMENTS: &[&str] = &["production", "preview", "sandbox", "integration", "test", "staging"];

/// A namespace of a token file; the SDK's default is `DEFAULT`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("minLength" = 1))]
pub struct Namespace(pub String);

impl Default for Namespace {
    fn default() -> Self {
        Self("DEFAULT".to_owned())
    }
}

impl TryFrom<String> for Namespace {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() { Err("is empty") } else { Ok(Self(text)) }
    }
}

/// A word that profiles share. It stands on command lines, so it needs no quotes there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("pattern" = "^[A-Za-z0-9_.][A-Za-z0-9_.-]*$"))]
pub struct Tag(pub String);

impl TryFrom<String> for Tag {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let good = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        if text.is_empty() {
            Err("is empty")
        } else if good && !text.starts_with('-') {
            Ok(Self(text))
        } else {
            Err("must be a word such as `nightly`\nletters, digits, `.`, `_` and `-` make a word")
        }
    }
}

/// The name of an environment variable.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("pattern" = "^[A-Za-z_][A-Za-z0-9_]*$"))]
pub struct VariableName(pub String);

impl TryFrom<String> for VariableName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let good = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !text.starts_with(|first: char| first.is_ascii_digit());
        if good && !text.is_empty() {
            Ok(Self(text))
        } else {
            Err(
                "must name an environment variable, such as GLOBUS_CLIENT_SECRET\nletters, digits and `_` make a name",
            )
        }
    }
}

/// An environment of the Globus SDK, such as `production`.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(extend("enum" = ENVIRONMENTS))]
pub struct EnvironmentName(String);

impl Deref for EnvironmentName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for EnvironmentName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)? {
            name if ENVIRONMENTS.contains(&name.as_str()) => Ok(Self(name)),
            other => Err(D::Error::unknown_variant(&other, ENVIRONMENTS)),
        }
    }
}
