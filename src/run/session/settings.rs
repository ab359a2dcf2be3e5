//! The settings of a profile, completed by the `GLOBUS_SDK_*` variables.

use crate::Result;
use crate::globus::auth::Credentials;
use crate::globus::environment::{Configured, Services, timeout};
use crate::globus::http::{HttpOptions, TlsVerification};
use crate::profile::{Grant, PersonGrant, Profile, Timeout};

pub(in crate::run) fn services(profile: &Profile) -> Result<Services> {
    let environment = &profile.environment;
    let configured =
        Configured { environment: environment.name.as_deref(), url: &|name| environment.url(name) };
    Services::resolve(configured, &variable)
}

pub(in crate::run) fn http(profile: &Profile) -> Result<HttpOptions> {
    let http = &profile.http;
    Ok(HttpOptions {
        timeout: match http.timeout {
            Timeout::FromEnvironment => timeout(&variable)?,
            Timeout::After(duration) => Some(duration),
            Timeout::Never => None,
        },
        retries: http.retries.get(),
        concurrency: http.concurrency.get() as usize,
        tls: TlsVerification::resolve(http.ca_file.as_deref(), &variable)?,
        proxy: http.proxy.as_deref().cloned(),
    })
}

pub(super) fn credentials(profile: &Profile) -> Credentials {
    match &profile.auth.grant {
        Grant::ServiceAccount(source) | Grant::Person(PersonGrant { secret: Some(source), .. }) => {
            Credentials::from(source.clone())
        }
        Grant::Person(PersonGrant { secret: None, .. }) => Credentials::native(),
    }
}

/// Whether both reach the same services in the same way. The variables are those of one process.
pub(in crate::run) fn connect_alike(one: &Profile, other: &Profile) -> bool {
    one.environment == other.environment
        && matches!((http(one), http(other)), (Ok(one), Ok(other)) if one == other)
}

/// Non-UTF-8 values are decoded lossily, not ignored: what they name is not found then.
pub(in crate::run) fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}
