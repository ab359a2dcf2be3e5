//! The section `[environment]`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::values::{EnvironmentName, ServiceUrl};

/// The section `[environment]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Environment {
    /// The Globus environment. By default it is `production`.
    pub name: Option<EnvironmentName>,
    /// The base URL of Globus Auth. By default it is that of the environment.
    pub auth_url: Option<ServiceUrl>,
    /// The base URL of Globus Groups. By default it is that of the environment.
    pub groups_url: Option<ServiceUrl>,
}
