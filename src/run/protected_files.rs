//! The files that a profile depends on. No output may replace them.

use std::collections::HashSet;
use std::path::Path;

use super::session::{settings, store};
use super::started_programs::programs_and_scripts;
use crate::catalog::{self, Origin, SourceText};
use crate::globus::auth::SecretSource;
use crate::output::ProtectedFile;
use crate::profile::{Grant, PersonGrant, PingUrl, Profile, Storage};

/// The files of a profile, with its template if that exists, and these templates.
pub fn protected_files<'s>(
    profile: &Profile,
    templates: impl IntoIterator<Item = &'s SourceText>,
) -> Vec<ProtectedFile> {
    let mut files = Vec::new();
    files.extend(profile.origin.file().map(|path| (path.to_owned(), "the profile")));
    let bases = profile.bases.iter().filter_map(Origin::file);
    files.extend(bases.map(|path| (path.to_owned(), "a profile that this one extends")));
    let mut template = |source: &SourceText, folder: Option<&Path>| {
        files.extend(source.origin.file().map(|path| (path.to_owned(), "the template")));
        // The folder of the profile is searched first, so that a file there would stand for one that is found elsewhere.
        let first = folder.filter(|_| !source.name.contains('/')).map(|folder| folder.join(&source.name));
        files.extend(first.map(|path| (path, "the template")));
    };
    templates.into_iter().for_each(|source| template(source, profile.folder()));
    // A run may override it.
    let mut names = HashSet::new();
    for output in &profile.outputs {
        let folder = output.template.folder();
        if names.insert((&output.template.name, folder))
            && let Ok(own) = catalog::find_template(&output.template.name, folder)
        {
            template(&own, folder);
        }
    }
    // The run itself reports wrong environment variables.
    let services = settings::services(profile).ok();
    if let Some(store) = services.and_then(|services| store::of(profile, &services).ok()) {
        files.extend(store.file().map(|path| (path.to_owned(), "the token file")));
        files.extend(store.lock_file().map(|path| (path, "the lock of the token file")));
    }
    // The file of production, which a run elsewhere does not use.
    if let Storage::Json(path) | Storage::Sqlite(path) = &profile.storage {
        files.push((path.clone(), "the token file"));
    }
    match &profile.auth.grant {
        Grant::ServiceAccount(SecretSource::File(path))
        | Grant::Person(PersonGrant { secret: Some(SecretSource::File(path)), .. }) => {
            files.push((path.clone(), "the client's secret"));
        }
        _ => {}
    }
    if let Some(PingUrl::In(SecretSource::File(path))) = &profile.notify.ping_url {
        files.push((path.clone(), "the URL to ping"));
    }
    files.extend(profile.notify.textfile.as_ref().map(|path| (path.clone(), "the file of metrics")));
    files.extend(profile.id_map.as_ref().map(|ids| (ids.path.clone(), "the id map")));
    files.extend(profile.http.ca_file.as_deref().map(|path| (path.to_owned(), "the `ca_file`")));
    files.extend(programs_and_scripts(profile));
    files.extend(std::env::current_exe().ok().map(|path| (path, "this program itself")));
    // Many outputs can have one template.
    let mut seen = HashSet::new();
    files.retain(|file| seen.insert(file.clone()));
    files
}
