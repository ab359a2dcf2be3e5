//! The section `[environment]`.

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use crate::globus::service_name::ServiceName;

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
    /// The base URL of Globus Transfer. By default it is that of the environment.
    pub transfer_url: Option<ServiceUrl>,
    /// The base URL of Globus Search. By default it is that of the environment.
    pub search_url: Option<ServiceUrl>,
    /// The base URL of Globus Flows. By default it is that of the environment.
    pub flows_url: Option<ServiceUrl>,
    /// The base URL of Globus Timers. By default it is that of the environment.
    pub timers_url: Option<ServiceUrl>,
    /// The base URL of Globus Compute. By default it is that of the environment.
    pub compute_url: Option<ServiceUrl>,
}

impl Environment {
    /// The base URL of a service, if it is set.
    pub fn url(&self, service: ServiceName) -> Option<&Url> {
        let url = match service {
            ServiceName::Auth => &self.auth_url,
            ServiceName::Groups => &self.groups_url,
            ServiceName::Transfer => &self.transfer_url,
            ServiceName::Search => &self.search_url,
            ServiceName::Flows => &self.flows_url,
            ServiceName::Timers => &self.timers_url,
            ServiceName::Compute => &self.compute_url,
        };
        url.as_deref()
    }
}
