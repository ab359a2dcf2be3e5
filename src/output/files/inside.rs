//! Places inside an output folder.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::Error;

/// The folders on the way to this file, the outermost first.
pub(super) fn folders_of(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('/').map(|(at, _)| &name[..at])
}

/// A folder on the way to this file where no draft of the output folder can be renamed to.
pub(super) fn other_file_system(folder: &Path, name: &str) -> Option<PathBuf> {
    let device = |path: &Path| fs::metadata(path).ok().map(|metadata| metadata.dev());
    let innermost = folders_of(name).map(|part| folder.join(part)).filter(|part| part.is_dir()).last()?;
    (device(&innermost) != device(folder)).then_some(innermost)
}

/// What is on the way to this file and is not a folder itself: a link could lead elsewhere.
pub(super) fn link_on_the_way<'n>(folder: &Path, name: &'n str) -> Option<(&'n str, Metadata)> {
    let mut parts = folders_of(name).map(|part| (part, fs::symlink_metadata(folder.join(part))));
    parts.find_map(|(part, there)| Some((part, there.ok().filter(|there| !there.is_dir())?)))
}

pub(super) fn cannot_write(path: &Path, error: io::Error) -> Error {
    Error::failed(format!("can't write the output file `{}`", path.display()))
        .because(error)
        .help("all files in its folder are unchanged")
}

/// Whether it is a regular file, and not beyond a link. What is not there is not.
pub(super) fn is_removable(folder: &Path, name: &str) -> io::Result<bool> {
    if link_on_the_way(folder, name).is_some() {
        return Ok(false);
    }
    match fs::symlink_metadata(folder.join(name)) {
        Ok(metadata) => Ok(metadata.is_file()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
