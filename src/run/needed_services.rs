//! The services that a profile asks, and the tokens for them.

use crate::Result;
use crate::globus::auth::{TokenRequirements, TokenState, evaluate};
use crate::globus::environment::Services;
use crate::globus::service::{Service, TokenKey};
use crate::globus::service_name::ServiceName;
use crate::globus::tokens::Tokens;
use crate::profile::{DataService, Profile};

/// The services that these profiles ask, each once.
pub fn needed_services<'p>(
    profiles: impl IntoIterator<Item = &'p Profile>,
    services: &Services,
) -> Result<Vec<Service>> {
    let mut needed: Vec<Service> = Vec::new();
    for profile in profiles {
        let groups = profile.has_groups().then(|| services.service(ServiceName::Groups));
        let declared = profile.data.iter().map(|source| match &source.service {
            DataService::Globus(name) => services.service(*name),
            DataService::Other(base_url) => services.other(base_url.clone(), &source.scope.name),
        });
        let looks_up = profile.groups.as_ref().is_some_and(|groups| groups.members.identities);
        let identities = looks_up.then(|| services.service(ServiceName::Auth));
        for service in groups.into_iter().chain(identities).chain(declared) {
            let service = service?;
            let is_known = |known: &Service| {
                known.token == service.token && known.base_url.as_str() == service.base_url.as_str()
            };
            if !needed.iter().any(is_known) {
                needed.push(service);
            }
        }
    }
    Ok(needed)
}

/// How the tokens for these services are found.
pub fn keys_of(services: &[Service]) -> Vec<TokenKey> {
    services.iter().map(|service| service.token.clone()).collect()
}

/// The state of the tokens for these services: that of the first which needs a login, else a refresh, and which one it is.
/// Fails unless each token may go to its service.
pub(super) fn evaluate_all<'s>(
    tokens: &Tokens,
    services: &'s [Service],
    requirements: &TokenRequirements<'_>,
) -> Result<Option<(&'s Service, TokenState)>> {
    let mut worst: Option<(&Service, TokenState)> = None;
    for service in services {
        let state = evaluate(tokens, &service.token, requirements, None);
        state.check_audience(requirements.auth_url, &service.base_url)?;
        if worst.as_ref().is_none_or(|(_, known)| severity(&state) > severity(known)) {
            worst = Some((service, state));
        }
    }
    Ok(worst)
}

fn severity(state: &TokenState) -> u8 {
    match state {
        TokenState::Valid(_) => 0,
        TokenState::Refreshable(..) => 1,
        TokenState::LoginRequired(_) => 2,
    }
}
