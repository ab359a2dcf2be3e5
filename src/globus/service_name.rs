//! The services of Globus, and what is known of each.

use std::borrow::Cow;

use super::service::TokenKey;

/// A service of Globus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceName {
    Auth,
    Groups,
    Transfer,
    Search,
    Flows,
    Timers,
    Compute,
}

/// The client id of Flows, which its scopes name.
macro_rules! flows_scope {
    ($name:literal) => {
        concat!("https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/", $name)
    };
}

/// The client id of Timers, which is its resource server too.
macro_rules! timers {
    () => {
        "524230d7-ea86-4a52-8312-86065a9e0417"
    };
}

impl ServiceName {
    pub const ALL: [Self; 7] =
        [Self::Auth, Self::Groups, Self::Transfer, Self::Search, Self::Flows, Self::Timers, Self::Compute];

    /// As a profile names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Groups => "groups",
            Self::Transfer => "transfer",
            Self::Search => "search",
            Self::Flows => "flows",
            Self::Timers => "timers",
            Self::Compute => "compute",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.as_str() == name)
    }

    /// As a message names it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Auth => "Globus Auth",
            Self::Groups => "Globus Groups",
            Self::Transfer => "Globus Transfer",
            Self::Search => "Globus Search",
            Self::Flows => "Globus Flows",
            Self::Timers => "Globus Timers",
            Self::Compute => "Globus Compute",
        }
    }

    /// The key of a profile's `[environment]` with its base URL.
    pub fn key(self) -> &'static str {
        match self {
            Self::Auth => "auth_url",
            Self::Groups => "groups_url",
            Self::Transfer => "transfer_url",
            Self::Search => "search_url",
            Self::Flows => "flows_url",
            Self::Timers => "timers_url",
            Self::Compute => "compute_url",
        }
    }

    /// The environment variable of the Globus SDK with its base URL.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Auth => "GLOBUS_SDK_SERVICE_URL_AUTH",
            Self::Groups => "GLOBUS_SDK_SERVICE_URL_GROUPS",
            Self::Transfer => "GLOBUS_SDK_SERVICE_URL_TRANSFER",
            Self::Search => "GLOBUS_SDK_SERVICE_URL_SEARCH",
            Self::Flows => "GLOBUS_SDK_SERVICE_URL_FLOWS",
            Self::Timers => "GLOBUS_SDK_SERVICE_URL_TIMER",
            Self::Compute => "GLOBUS_SDK_SERVICE_URL_COMPUTE",
        }
    }

    /// Its host in an environment with this name and domain.
    pub(super) fn host(self, environment: &str, domain: &str) -> String {
        let automate = |name: &str| match environment {
            "production" => format!("{name}.automate.globus.org"),
            _ => format!("{environment}.{name}.automate.globus.org"),
        };
        match self {
            Self::Auth => format!("auth.{domain}"),
            Self::Flows => automate("flows"),
            Self::Timers => automate("timer"),
            Self::Groups | Self::Transfer | Self::Search | Self::Compute => {
                format!("{}.api.{domain}", self.as_str())
            }
        }
    }

    /// How its token is found: what Globus Auth calls the service.
    pub const fn token(self) -> TokenKey {
        TokenKey::ResourceServer(Cow::Borrowed(self.resource_server()))
    }

    const fn resource_server(self) -> &'static str {
        match self {
            Self::Auth => "auth.globus.org",
            Self::Groups => "groups.api.globus.org",
            Self::Transfer => "transfer.api.globus.org",
            Self::Search => "search.api.globus.org",
            Self::Flows => "flows.globus.org",
            Self::Timers => timers!(),
            Self::Compute => "funcx_service",
        }
    }

    /// The narrowest scope that is enough to read what is at this path.
    pub fn scope(self, path: &str) -> &'static str {
        match self {
            Self::Auth => "urn:globus:auth:scope:auth.globus.org:view_identities",
            Self::Groups => "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships",
            Self::Transfer => "urn:globus:auth:scope:transfer.api.globus.org:all",
            Self::Search => "urn:globus:auth:scope:search.api.globus.org:search",
            Self::Flows if is_of_runs(path) => flows_scope!("run_status"),
            Self::Flows => flows_scope!("view_flows"),
            Self::Timers => concat!("https://auth.globus.org/scopes/", timers!(), "/timer"),
            Self::Compute => "https://auth.globus.org/scopes/facd7ccc-c5f4-42aa-916b-a0e270e2c2a9/all",
        }
    }
}

/// The service of Globus whose resource server or client id a scope names.
pub fn service_of_scope(scope: &str) -> Option<ServiceName> {
    let in_url = |scope: &str| scope.strip_prefix("https://auth.globus.org/scopes/").map(str::to_owned);
    let named = match scope.strip_prefix("urn:globus:auth:scope:") {
        Some(rest) => rest.split(':').next().map(str::to_owned),
        None => in_url(scope).and_then(|rest| rest.split('/').next().map(str::to_owned)),
    };
    let Some(named) = named else {
        const OF_AUTH: [&str; 5] = ["openid", "email", "profile", "offline_access", "manage_projects"];
        return OF_AUTH.contains(&scope).then_some(ServiceName::Auth);
    };
    ServiceName::ALL.into_iter().find(|service| {
        let is_own = |scope: &str| in_url(scope).is_some_and(|rest| rest.split('/').next() == Some(&named));
        service.resource_server() == named || is_own(service.scope(""))
    })
}

fn is_of_runs(path: &str) -> bool {
    path.trim_start_matches('/').split('/').next() == Some("runs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        for service in ServiceName::ALL {
            assert_eq!(ServiceName::named(service.as_str()), Some(service));
        }
        assert_eq!(ServiceName::named("timer"), None);
    }

    #[test]
    fn a_scope_names_its_service() {
        for service in ServiceName::ALL {
            for path in ["", "/runs"] {
                assert_eq!(service_of_scope(service.scope(path)), Some(service));
            }
        }
        for (scope, service) in [
            ("openid", Some(ServiceName::Auth)),
            ("urn:globus:auth:scope:groups.api.globus.org:all", Some(ServiceName::Groups)),
            (
                "https://auth.globus.org/scopes/facd7ccc-c5f4-42aa-916b-a0e270e2c2a9/x",
                Some(ServiceName::Compute),
            ),
            ("https://auth.globus.org/scopes/00000000-0000-4000-8000-000000000000/all", None),
            ("urn:globus:auth:scope:other.example.org:all", None),
        ] {
            assert_eq!(service_of_scope(scope), service, "{scope}");
        }
    }

    #[test]
    fn flows_and_their_runs_have_scopes_of_their_own() {
        let scope = |path: &str| ServiceName::Flows.scope(path).rsplit('/').next().unwrap();
        for (path, name) in [
            ("/flows", "view_flows"),
            ("/flows/{id}", "view_flows"),
            ("/runs", "run_status"),
            ("runs/x/log", "run_status"),
            ("/runsx", "view_flows"),
        ] {
            assert_eq!(scope(path), name, "{path}");
        }
    }
}
