//! What environment variables set instead of a profile.

use serde_json::json;

use super::session::settings;
use crate::Result;
use crate::fs::absolute;
use crate::globus::http::TlsVerification;
use crate::globus::service_name::ServiceName;
use crate::profile::{Override, Profile, Timeout};

/// The keys whose value a run takes from an environment variable. Exit code 2 if a variable is not usable, as for a run.
pub fn overrides(profile: &Profile) -> Result<Vec<Override>> {
    let services = settings::services(profile)?;
    let http = settings::http(profile)?;
    let mut overrides = Vec::new();
    let mut add = |key, variable, value| overrides.push(Override { key, variable, value });
    let is_set = |variable| settings::variable(variable).is_some_and(|text| !text.is_empty());
    if is_set("GLOBUS_SDK_ENVIRONMENT") {
        add(["environment", "name"], "GLOBUS_SDK_ENVIRONMENT", json!(services.environment));
    }
    for name in ServiceName::ALL.into_iter().filter(|name| is_set(name.variable())) {
        // No run reads the URL of a service that it does not need.
        if let Ok(service) = services.service(name) {
            add(["environment", name.key()], name.variable(), json!(service.base_url.as_str()));
        }
    }
    if profile.http.timeout == Timeout::FromEnvironment && is_set("GLOBUS_SDK_HTTP_TIMEOUT") {
        let seconds = match http.timeout {
            None => json!(-1),
            Some(timeout) if timeout.subsec_nanos() == 0 => json!(timeout.as_secs()),
            Some(timeout) => json!(timeout.as_secs_f64()),
        };
        add(["http", "timeout"], "GLOBUS_SDK_HTTP_TIMEOUT", seconds);
    }
    if let TlsVerification::CaFile(path) = &http.tls
        && profile.http.ca_file.as_deref() != Some(path)
    {
        add(["http", "ca_file"], "GLOBUS_SDK_VERIFY_SSL", json!(absolute(path).to_string_lossy()));
    }
    Ok(overrides)
}
