//! The section `[notify]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ping_url::PingUrl;
use super::values::FilePath;

/// The section `[notify]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Notify {
    /// The URL of a check at healthchecks.io, or at a service with the same conventions, that a scheduled run pings when it starts
    /// and ends. A table says where the URL is, like `client_secret`: whoever knows it can ping it.
    pub ping_url: Option<PingUrl>,
    /// What a run that failed pings.
    pub failure: PingFailure,
    /// Whether runs that no schedule has started ping, too.
    pub always: bool,
    /// A file with metrics of the last run for the textfile collector of Prometheus's `node_exporter`. Each profile needs its own.
    #[schemars(extend("examples" = ["/var/lib/node_exporter/textfile_collector/runner-groups.prom"]))]
    pub textfile: Option<FilePath>,
}

/// What a run that failed pings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PingFailure {
    /// The URL with `/fail`.
    #[default]
    Fail,
    /// The URL with the exit code, such as `/3`.
    ExitCode,
}
