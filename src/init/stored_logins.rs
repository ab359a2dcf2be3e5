//! Logins that other profiles have stored, for a new profile to use.

use std::path::Path;

use crate::catalog::{self, Origin};
use crate::profile::{Grant, PersonGrant, Profile, Storage, process_env};
use crate::run::has_login;

/// The login of a profile. Each string is as written in a profile.
#[derive(Debug, Clone)]
pub(super) struct StoredLogin {
    /// The name of the profile that uses it.
    pub(super) profile: String,
    pub(super) client_id: String,
    pub(super) storage: String,
}

/// The places where the profiles that can be run by name keep the logins of people, those of the user's own first.
pub(super) fn stored_logins() -> Vec<StoredLogin> {
    let mut found = catalog::list_profiles();
    found.retain(|found| found.shadowed_by.is_none() && found.problem.is_none());
    let profiles = found.into_iter().filter_map(|found| Profile::parse(found.source, &process_env).ok());
    let mut profiles: Vec<Profile> = profiles.collect();
    // Not every profile that names a token file has a login there. Of those that are built in, people know `groups`.
    profiles.sort_by_key(|profile| {
        (profile.origin == Origin::Embedded, !has_login(profile), profile.name != "groups")
    });
    profiles.into_iter().filter_map(login_of).collect()
}

/// None for what a new profile can't share by its client and storage alone.
fn login_of(profile: Profile) -> Option<StoredLogin> {
    let is_plain = matches!(profile.auth.grant, Grant::Person(PersonGrant { secret: None, .. }))
        && profile.auth.namespace == "DEFAULT";
    let storage = match &profile.storage {
        Storage::Json(path) | Storage::Sqlite(path) => as_written(path)?,
        Storage::App(name) => format!("app:{name}"),
        Storage::Memory => return None,
    };
    is_plain.then_some(StoredLogin { profile: profile.name, client_id: profile.client_id, storage })
}

/// The path with `~` for the home directory; none if a profile can't hold it as it is.
fn as_written(path: &Path) -> Option<String> {
    let home = process_env("HOME");
    let below_home = home.and_then(|home| path.strip_prefix(home).ok());
    let text = match below_home {
        Some(rest) => format!("~/{}", rest.to_str()?),
        None => path.to_str()?.to_owned(),
    };
    (!text.contains("${")).then_some(text)
}
