//! The section `[http]`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::values::{FilePath, Integer, ProxyUrl, Timeout};

/// The section `[http]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// The longest silence of a service before a request fails; `-1` is no limit. By default the environment
    /// variable `GLOBUS_SDK_HTTP_TIMEOUT` sets it, else it is 60.
    pub timeout: Timeout,
    /// How often a request is sent again after a failure that may pass.
    pub retries: Integer<0, 20, 5>,
    /// A PEM file with the certificates to trust instead of those of the system.
    pub ca_file: Option<FilePath>,
    /// The proxy for every request, `http` or `https`. By default the environment sets it, as in `HTTPS_PROXY`.
    pub proxy: Option<ProxyUrl>,
    /// How many requests are on their way at once.
    pub concurrency: Integer<1, 64, 8>,
}
