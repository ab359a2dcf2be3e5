//! The services that a profile asks.

use crate::Result;
use crate::globus::environment::Services;
use crate::globus::service::Service;
use crate::globus::service_name::ServiceName;
use crate::profile::{DataService, Profile};

/// The services whose lists these profiles fetch, each once.
pub(super) fn needed_services<'p>(
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
        for service in groups.into_iter().chain(declared) {
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
