//! Values that mean more than they say: they depend on other keys, or on where the profile is.

use std::path::Path;

use serde_json::{Value, json};

use crate::catalog;
use crate::profile::model::{Grant, NamedTemplate, PersonGrant, Profile, SecretSource, Storage};
use crate::profile::notices::{HookCommand, PingUrl};

/// A value that means the same in any folder.
pub(super) struct Meant {
    pub(super) key: &'static [&'static str],
    /// In which one of several `[[output]]` the key is.
    pub(super) element: Option<usize>,
    pub(super) value: Value,
}

pub(super) fn meant(profile: &Profile) -> Vec<Meant> {
    let scopes: Vec<String> = profile.scopes.iter().map(ToString::to_string).collect();
    let (grant, secret) = match &profile.auth.grant {
        Grant::Person(PersonGrant { secret, .. }) => ("authorization_code", secret.as_ref()),
        Grant::ServiceAccount(secret) => ("client_credentials", Some(secret)),
    };
    let one = |key, value| Meant { key, element: None, value };
    let mut meant: Vec<Meant> = vec![
        one(&["scopes"], json!(scopes)),
        one(&["storage"], storage(&profile.storage)),
        one(&["auth", "grant"], json!(grant)),
    ];
    meant.extend(profile.template.as_ref().map(|own| one(&["template"], template(own))));
    for (index, output) in profile.outputs.iter().enumerate() {
        // The others have the template of the profile.
        if profile.template.as_ref().is_none_or(|own| own.place.span != output.template.place.span) {
            let key = one(&["output", "template"], template(&output.template));
            meant.push(Meant { element: Some(index), ..key });
        }
        meant.extend(output.on_change.as_ref().map(|hook| {
            let key = one(&["output", "on_change"], words(&hook.program, &hook.arguments));
            Meant { element: Some(index), ..key }
        }));
    }
    if let Some(SecretSource::Command { program, arguments }) = secret {
        meant.push(one(&["auth", "client_secret", "command"], words(program, arguments)));
    }
    let hooks = &profile.hooks;
    let keys: [(&'static [&'static str], &Option<HookCommand>); 5] = [
        (&["hooks", "before"], &hooks.before),
        (&["hooks", "on_change"], &hooks.on_change),
        (&["hooks", "on_failure"], &hooks.on_failure),
        (&["hooks", "on_recovery"], &hooks.on_recovery),
        (&["hooks", "after"], &hooks.after),
    ];
    for (key, hook) in keys {
        meant.extend(hook.as_ref().map(|hook| one(key, words(&hook.program, &hook.arguments))));
    }
    let ping_url = match &profile.notify.ping_url {
        Some(PingUrl::In(SecretSource::File(path))) => Some(json!({ "file": absolute(path) })),
        Some(PingUrl::In(SecretSource::Command { program, arguments })) => {
            Some(json!({ "command": words(program, arguments) }))
        }
        Some(PingUrl::In(SecretSource::Env(_)) | PingUrl::Written { .. }) | None => None,
    };
    meant.extend(ping_url.map(|place| one(PING_URL, place)));
    meant
}

const PING_URL: &[&str] = &["notify", "ping_url"];

/// What is shown of values that hold a secret, if that is not just asterisks.
pub(super) fn masked(profile: &Profile) -> Option<(&'static [&'static str], Value)> {
    match &profile.notify.ping_url {
        Some(PingUrl::Written { shown, .. }) => Some((PING_URL, json!(shown))),
        _ => None,
    }
}

/// A program and its arguments.
fn words(program: &Path, arguments: &[String]) -> Value {
    let program = if program.components().count() > 1 { absolute(program) } else { json!(program) };
    [program].into_iter().chain(arguments.iter().map(|word| json!(word))).collect()
}

fn storage(storage: &Storage) -> Value {
    match storage {
        Storage::Json(path) | Storage::Sqlite(path) => absolute(path),
        Storage::App(name) => json!(format!("app:{name}")),
        Storage::Memory => json!("memory"),
    }
}

/// Its path, if it is not found by its name everywhere.
fn template(template: &NamedTemplate) -> Value {
    let folder = template.folder();
    let path = Path::new(&template.name);
    if template.name.contains('/') {
        return absolute(&folder.map_or_else(|| path.to_owned(), |folder| folder.join(path)));
    }
    let found = catalog::find_template(&template.name, folder).ok();
    let beside = found.and_then(|found| Some(found.origin.file()?.to_owned()));
    match beside.filter(|path| path.parent() == folder) {
        Some(path) => absolute(&path),
        None => json!(template.name),
    }
}

/// The path from the root, as text.
pub(super) fn absolute(path: &Path) -> Value {
    let absolute = std::path::absolute(path);
    json!(absolute.as_deref().unwrap_or(path).to_string_lossy())
}
