//! Values that mean more than they say: they depend on other keys, or on where the profile is.

use std::path::Path;

use serde_json::{Value, json};

use crate::catalog;
use crate::profile::model::{Grant, PersonGrant, Profile, SecretSource, Storage};

/// The key, and the value that means the same in any folder.
pub(super) fn meant(profile: &Profile) -> Vec<(&'static [&'static str], Value)> {
    let scopes: Vec<String> = profile.scopes.iter().map(ToString::to_string).collect();
    let (grant, secret) = match &profile.auth.grant {
        Grant::Person(PersonGrant { secret, .. }) => ("authorization_code", secret.as_ref()),
        Grant::ServiceAccount(secret) => ("client_credentials", Some(secret)),
    };
    let mut meant: Vec<(&'static [&'static str], Value)> = vec![
        (&["scopes"], json!(scopes)),
        (&["storage"], storage(&profile.storage)),
        (&["template"], template(profile)),
        (&["auth", "grant"], json!(grant)),
    ];
    if let Some(SecretSource::Command { program, arguments }) = secret {
        let program = if program.components().count() > 1 { absolute(program) } else { json!(program) };
        let words: Vec<Value> =
            [program].into_iter().chain(arguments.iter().map(|word| json!(word))).collect();
        meant.push((&["auth", "client_secret", "command"], json!(words)));
    }
    meant
}

fn storage(storage: &Storage) -> Value {
    match storage {
        Storage::Json(path) | Storage::Sqlite(path) => absolute(path),
        Storage::App(name) => json!(format!("app:{name}")),
        Storage::Memory => json!("memory"),
    }
}

/// Its path, if it is not found by its name everywhere.
fn template(profile: &Profile) -> Value {
    let folder = profile.template_folder();
    let path = Path::new(&profile.template);
    if profile.template.contains('/') {
        return absolute(&folder.map_or_else(|| path.to_owned(), |folder| folder.join(path)));
    }
    let found = catalog::find_template(&profile.template, folder).ok();
    let beside = found.and_then(|found| Some(found.origin.file()?.to_owned()));
    match beside.filter(|path| path.parent() == folder) {
        Some(path) => absolute(&path),
        None => json!(profile.template),
    }
}

/// The path from the root, as text.
pub(super) fn absolute(path: &Path) -> Value {
    let absolute = std::path::absolute(path);
    json!(absolute.as_deref().unwrap_or(path).to_string_lossy())
}
