//! The services that a profile asks.

use crate::Result;
use crate::globus::environment::Services;
use crate::globus::service::Service;
use crate::globus::service_name::ServiceName;
use crate::profile::Profile;

/// The services whose lists these profiles fetch, each once.
pub(super) fn needed_services<'p>(
    _profiles: impl IntoIterator<Item = &'p Profile>,
    services: &Services,
) -> Result<Vec<Service>> {
    Ok(vec![services.service(ServiceName::Groups)?])
}
