//! The files that a profile depends on. No output may replace them.

use super::session::{settings, store};
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
    let template = |source: &SourceText| Some((source.origin.file()?.to_owned(), "the template"));
    files.extend(templates.into_iter().filter_map(template));
    // A run may override it.
    for output in &profile.outputs {
        let own = catalog::find_template(&output.template.name, output.template.folder()).ok();
        files.extend(own.as_ref().and_then(template));
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
    files
}
