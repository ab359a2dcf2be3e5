//! Until when the stored login of a profile lasts, as far as its token file shows.
//!
//! Globus does not say when a refresh token expires: it does after six months without use. Each use gives an access token, which
//! shows when that was. What a group or a policy requires of a session, such as a recent login, shows only when a request is refused.

use crate::globus::auth::{TokenRequirements, TokenState};
use crate::globus::tokens::now;
use crate::profile::{Grant, Profile, Storage};

use super::needed_services::{evaluate_all, needed_services};
use super::session::{flow_of_run, settings, store};

const DAY: i64 = 86_400;
/// How long access tokens are valid that Globus Auth issues.
const ACCESS_TOKEN: i64 = 2 * DAY;
/// After so long without use a refresh token expires: six months, of which the shortest ones have 181 days.
const REFRESH_TOKEN: i64 = 181 * DAY;
/// A refresh token that was not used for five months is told of.
const UNUSED: i64 = 150 * DAY;
/// A login that ends this soon is told of.
const SOON: i64 = 7 * DAY;

/// When a person has to log in again. All times are in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginEnd {
    pub at: i64,
    /// When the refresh token was used last; `None` if there is none, so that no run puts the end off.
    pub last_use: Option<i64>,
    pub resource_server: String,
}

impl LoginEnd {
    /// `None` for a service account, and if no login is stored.
    pub fn of(profile: &Profile) -> Option<Self> {
        if !matches!(profile.auth.grant, Grant::Person(_)) || profile.storage == Storage::Memory {
            return None;
        }
        let services = settings::services(profile).ok()?;
        let tokens = store::of(profile, &services).and_then(|store| store.load()).ok()?;
        let requirements = TokenRequirements {
            client_id: &profile.client_id,
            auth_url: services.auth.as_str(),
            scopes: &profile.scopes,
            flow: flow_of_run(profile),
        };
        let needed = needed_services([profile], &services).ok()?;
        let state = evaluate_all(&tokens, &needed, &requirements).ok()?;
        if matches!(state, Some((_, TokenState::LoginRequired(_)))) {
            return None;
        }
        let used = tokens.values().filter(|token| needed.iter().any(|service| token.is_for(&service.token)));
        let ends = used.map(|token| {
            let expires = token.expires_at_seconds;
            let last_use = token.refresh_token.as_ref().map(|_| expires.saturating_sub(ACCESS_TOKEN));
            let at = last_use.map_or(expires, |used| used.saturating_add(REFRESH_TOKEN));
            Self { at, last_use, resource_server: token.resource_server.clone() }
        });
        ends.min_by_key(|end| end.at)
    }

    /// In how many seconds.
    pub fn seconds_left(&self) -> i64 {
        self.at.saturating_sub(now())
    }

    /// Whether a person should do something about it.
    pub fn is_near(&self) -> bool {
        let is_unused = self.last_use.is_some_and(|used| now().saturating_sub(used) >= UNUSED);
        is_unused || self.seconds_left() <= SOON
    }
}
