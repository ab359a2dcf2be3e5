//! Whether the paths of a profile lead to the same files in the container.

use std::path::{Path, PathBuf};

use crate::fs::{folder_of, resolve};
use crate::profile::{Profile, Storage, process_env};
use crate::schedule::writes::folders_of_outputs;
use crate::{Error, Result};

/// Fails if one does not: the profile's folder is another one there, and cannot be written to, and so is the home directory.
pub(super) fn check_paths(profile: &Profile, file: &Path, has_output: bool) -> Result<()> {
    let home = process_env("HOME").map(|home| resolve(Path::new(&home)));
    let folder = folder_of(&resolve(file)).to_owned();
    let is_below = |path: &Path, folder: &Path| resolve(path).starts_with(folder);
    let is_at_home = |path: &Path| home.as_deref().is_some_and(|home| is_below(path, home));

    let outputs = folders_of_outputs(profile, None);
    let is_elsewhere = |output: &&PathBuf| is_below(output, &folder) || is_at_home(output);
    if !has_output && let Some(output) = outputs.iter().find(is_elsewhere) {
        return Err(elsewhere("output in", output)
            .help("write an absolute path such as `/out/FILE`, or `-o /out/FILE`"));
    }
    if let Storage::Json(path) | Storage::Sqlite(path) = &profile.storage
        && (!is_at_home(path) || is_below(path, &folder))
    {
        return Err(elsewhere("token file", path)
            .help("write `storage = \"memory\"`, or a path that begins with `~/`"));
    }
    let others: [(&str, Option<PathBuf>); 2] = [
        ("id map", profile.id_map.as_ref().map(|ids| ids.path.clone())),
        ("`ca_file`", profile.http.ca_file.as_deref().map(Path::to_owned)),
    ];
    for (what, path) in others {
        let Some(path) = path else { continue };
        if has_output || !outputs.iter().any(|output| output == folder_of(&resolve(&path))) {
            return Err(elsewhere(what, &path).help("put it into the folder of an output of the profile"));
        }
    }
    Ok(())
}

fn elsewhere(what: &str, path: &Path) -> Error {
    Error::usage(format!("the {what} `{}` can't be there in a container", path.display()))
        .because("the folder of the profile is read-only there, and your home directory is another one")
}
