//! The section `[auth]`.

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::values::{FilePath, Namespace, Seconds, Switch, VariableName};

/// The section `[auth]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Auth {
    /// Who acts. By default a profile with a `client_secret` and without `login` is a service account, and
    /// in any other a person logs in.
    pub grant: Option<GrantType>,
    /// Whether to ask for a refresh token, so that later runs need no login.
    pub refresh_tokens: Switch<true>,
    /// How a run logs in when no usable tokens are stored.
    pub login: LoginSetting,
    /// How long to wait for the person who logs in. An authorization code is valid for ten minutes.
    pub login_timeout: Seconds<3600, 600>,
    /// The namespace of the token file under which tokens are kept, as in the Globus SDK.
    pub namespace: Namespace,
    /// Where the secret of a confidential client is: exactly one of the keys. The secret itself is never written into
    /// a profile.
    pub client_secret: Option<ClientSecret>,
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// A person who logs in.
    AuthorizationCode,
    /// The client itself, as a service account.
    ClientCredentials,
}

/// How a person logs in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoginSetting {
    /// As `browser` on a desktop, else as `paste`.
    #[default]
    Auto,
    /// A browser on this machine, which sends the code to `runner`.
    Browser,
    /// A URL to open on any device, and a code to paste at the terminal.
    Paste,
    /// No login in a run: it ends with exit code 3.
    Never,
}

/// Where a secret is: exactly one of the keys.
#[derive(Debug, Default, JsonSchema)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct ClientSecret(pub(in crate::profile) SecretKeys);

/// The keys of `client_secret`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SecretKeys {
    /// The environment variable that holds the secret.
    pub env: Option<VariableName>,
    /// A file with the secret on its first line. Only its owner may have access to it (`chmod 600`).
    pub file: Option<FilePath>,
    /// A program that prints the secret as its first line within a minute, and its arguments.
    #[schemars(length(min = 1), extend("examples" = [["pass", "show", "x"]]))]
    pub command: Option<Vec<String>>,
}

impl<'de> Deserialize<'de> for ClientSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecretVisitor)
    }
}

struct SecretVisitor;

impl<'de> Visitor<'de> for SecretVisitor {
    type Value = ClientSecret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }

    /// The likely mistake: the secret itself.
    fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom(format_args!("must say where the secret is, and never holds it\n{WHERE}")))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
        SecretKeys::deserialize(MapAccessDeserializer::new(entries)).map(ClientSecret)
    }
}

/// How to say where a secret is.
pub const WHERE: &str =
    "write { env = \"NAME\" }, { file = \"PATH\" } or { command = [\"pass\", \"show\", \"x\"] }";
