//! URLs of a proxy and of services.

use std::ops::Deref;

use schemars::JsonSchema;
use serde::Deserialize;
use url::{ParseError, Url};

use crate::globus::urls::{has_credentials, is_loopback};

/// The `http` or `https` URL of a proxy, without a password.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("format" = "uri", "pattern" = "^https?://[^@]*$"))]
pub struct ProxyUrl(#[schemars(with = "String")] Url);

/// The base URL of a service: `https`, or `http` on this machine, because tokens are sent there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("format" = "uri", "pattern" = "^https?://[^@?#]*$"))]
pub struct ServiceUrl(#[schemars(with = "String")] Url);

impl TryFrom<String> for ProxyUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let url = parse_url(&text)?;
        if has_credentials(&url) {
            return Err("cannot hold a user name or password: no profile holds a secret\n\
                        set HTTPS_PROXY in the environment for a proxy that needs a password"
                .to_owned());
        }
        Ok(Self(url))
    }
}

impl TryFrom<String> for ServiceUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let url = parse_url(&text)?;
        if url.scheme() == "http" && !is_loopback(&url) {
            Err("must be https: tokens are sent there".to_owned())
        } else if has_credentials(&url) {
            Err("cannot hold a user name or password".to_owned())
        } else if url.query().is_some() || url.fragment().is_some() {
            Err("cannot hold a `?` or `#`".to_owned())
        } else {
            Ok(Self(url))
        }
    }
}

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

/// An `http` or `https` URL.
pub fn parse_url(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        Ok(_) => Err("must be an http or https URL".to_owned()),
        Err(ParseError::RelativeUrlWithoutBase) => Err("must begin with https:// or http://".to_owned()),
        Err(error) => Err(format!("is not a URL: {error}")),
    }
}
