//! The folders that runs of a profile write to.

use std::path::{Path, PathBuf};

use crate::fs::{descriptor, folder_of, resolve};
use crate::profile::{OutputTarget, Profile, Storage};

/// The folders of the outputs, the token file, the id map and the metrics, each once.
pub fn folders_written(profile: &Profile, output: Option<&Path>, home: &Path) -> Vec<PathBuf> {
    let mut folders = folders_of_outputs(profile, output);
    let mut files: Vec<PathBuf> = Vec::new();
    match &profile.storage {
        Storage::Json(path) | Storage::Sqlite(path) => files.push(path.clone()),
        Storage::App(_) => files.push(home.join(".globus/app/tokens.json")),
        Storage::Memory => {}
    }
    files.extend(profile.id_map.as_ref().map(|ids| ids.path.clone()));
    files.extend(profile.notify.textfile.clone());
    folders.extend(files.iter().map(|file| folder_of(&resolve(file)).to_owned()));
    folders.sort();
    folders.dedup();
    folders
}

/// The folders of the outputs, or that of the one that takes their place.
pub(super) fn folders_of_outputs(profile: &Profile, output: Option<&Path>) -> Vec<PathBuf> {
    let folder_of_file = |path: &Path| folder_of(&resolve(path)).to_owned();
    let own = profile.outputs.iter().filter_map(|output| match &output.target {
        OutputTarget::Stdout => None,
        // One that is open already, such as `/dev/stdout`, is in no folder.
        OutputTarget::File(path) => descriptor(path).is_none().then(|| folder_of_file(path)),
        OutputTarget::Each(each) => Some(resolve(&each.folder)),
    });
    let mut folders: Vec<PathBuf> =
        output.map_or_else(|| own.collect(), |output| vec![folder_of_file(output)]);
    folders.sort();
    folders.dedup();
    folders
}
