//! Whether a login is stored that a profile can use.

use super::needed_services::{evaluate_all, needed_services};
use super::session::{flow_of_run, settings, store};
use crate::globus::auth::{TokenRequirements, TokenState};
use crate::profile::Profile;

/// Whether a run of this profile would need no login, as far as its token file shows.
pub fn has_login(profile: &Profile) -> bool {
    let Ok(services) = settings::services(profile) else { return false };
    let Ok(tokens) = store::of(profile, &services).and_then(|store| store.load()) else { return false };
    let requirements = TokenRequirements {
        client_id: &profile.client_id,
        auth_url: services.auth.as_str(),
        scopes: &profile.scopes,
        flow: flow_of_run(profile),
    };
    let Ok(needed) = needed_services([profile], &services) else { return false };
    let state = evaluate_all(&tokens, &needed, &requirements);
    matches!(state, Ok(Some((_, TokenState::Valid(_) | TokenState::Refreshable(..)))))
}
