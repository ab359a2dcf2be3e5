//! Where the tokens of a profile are stored.

use std::path::PathBuf;

use crate::globus::tokens::{GlobusApp, TokenStore};
use crate::profile::{Profile, Storage, process_env};
use crate::{Error, Result};

/// The store that a profile names, in this Globus environment.
pub(in crate::run) fn of(profile: &Profile, environment: &str) -> Result<TokenStore> {
    let namespace = &profile.auth.namespace;
    Ok(match &profile.storage {
        Storage::Json(path) => TokenStore::json(path.clone(), namespace),
        Storage::Sqlite(path) => TokenStore::sqlite(path.clone(), namespace),
        Storage::App(name) => {
            let home = process_env("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
            let home = home.ok_or_else(|| {
                Error::usage(format!("can't find the token file of the GlobusApp {name:?}"))
                    .because("the environment variable HOME is not set")
            })?;
            let app = GlobusApp { home: &home, client_id: &profile.client_id, name, environment };
            TokenStore::globus_app(&app, namespace)
        }
        Storage::Memory => TokenStore::in_memory(),
    })
}
