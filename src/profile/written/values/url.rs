//! URLs of a proxy and of services.

use std::ops::Deref;

use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use url::Url;

use super::typed::string;
use crate::globus::loopback::is_loopback;

/// The `http` or `https` URL of a proxy, without a password.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
pub struct ProxyUrl(
    #[schemars(with = "String", url, regex(pattern = "^https?://[^@]*$"))]
    Url,
);

/// The base URL of a service: `https`, or `http` on this machine, because tokens are sent there.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
pub struct ServiceUrl(
    #[schemars(with = "String", url, regex(pattern = "^https?://[^@?#]*$"))]
    Url,
);

impl Deref for ProxyUrl {
    type Target = Url;

    fn deref(&self) -> &Url {
        &self.0
    }
}

impl Deref for ServiceUrl {
    type Target = Url;

    fn deref(&self) -> &Url {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ProxyUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let url = parse(&string(deserializer, "a string")?).map_err(D::Error::custom)?;
        if has_credentials(&url) {
            return Err(D::Error::custom(
                "cannot hold a user name or password: no secret is written into a profile\n\
                 set HTTPS_PROXY in the environment for a proxy that needs a password",
            ));
        }
        Ok(Self(url))
    }
}

impl<'de> Deserialize<'de> for ServiceUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let url = parse(&string(deserializer, "a string")?).map_err(D::Error::custom)?;
        if url.scheme() == "http" && !is_loopback(&url) {
            Err(D::Error::custom("must be https: tokens are sent there"))
        } else if has_credentials(&url) {
            Err(D::Error::custom("cannot hold a user name or password"))
        } else if url.query().is_some() || url.fragment().is_some() {
            Err(D::Error::custom("cannot hold a `?` or `#`"))
        } else {
            Ok(Self(url))
        }
    }
}

fn parse(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        Ok(_) => Err("must be an http or https URL".to_owned()),
        Err(error) => Err(format!("is not a URL: {error}")),
    }
}

fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}
