//! Where the tokens of a profile are stored.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::globus::environment::Services;
use crate::globus::tokens::{GlobusApp, TokenStore};
use crate::profile::{Profile, Storage, process_env};
use crate::{Error, Result};

/// The store that a profile names, for these services.
pub(in crate::run) fn of(profile: &Profile, services: &Services) -> Result<TokenStore> {
    let namespace = &profile.auth.namespace;
    let prefixed = |path| prefixed(path, services.token_file_prefix.as_deref());
    Ok(match &profile.storage {
        Storage::Json(path) => TokenStore::json(prefixed(path), namespace),
        Storage::Sqlite(path) => TokenStore::sqlite(prefixed(path), namespace),
        Storage::App(name) => {
            let home = process_env("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
            let home = home.ok_or_else(|| {
                Error::usage(format!("can't find the token file of the GlobusApp {name:?}"))
                    .because("the environment variable HOME is not set")
            })?;
            let environment = &services.environment;
            let app = GlobusApp { home: &home, client_id: &profile.client_id, name, environment };
            TokenStore::globus_app(&app, namespace)
        }
        Storage::Memory => TokenStore::in_memory(),
    })
}

/// `PREFIX-NAME` beside the file. A hidden file stays hidden.
fn prefixed(path: &Path, prefix: Option<&str>) -> PathBuf {
    let (Some(prefix), Some(name)) = (prefix, path.file_name()) else { return path.to_owned() };
    let (dot, rest) = match name.as_bytes().strip_prefix(b".") {
        Some(rest) => (".", OsStr::from_bytes(rest)),
        None => ("", name),
    };
    let mut prefixed = OsString::from(format!("{dot}{prefix}-"));
    prefixed.push(rest);
    path.with_file_name(prefixed)
}
