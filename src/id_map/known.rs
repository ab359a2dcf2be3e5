//! Which id maps there have been: one that is lost is not the same as one that is new.

use std::io;
use std::path::{Path, PathBuf};

use crate::fs::{create_private_folder, folder_of, replace_file, resolve};
use crate::state::state_file;

fn mark(id_map: &Path) -> Option<PathBuf> {
    state_file("id-maps", &resolve(id_map).to_string_lossy())
}

/// Whether an earlier run of this user has remembered the id map at this path.
pub(super) fn is_known(id_map: &Path) -> bool {
    mark(id_map).is_some_and(|mark| mark.exists())
}

/// Remembers it. The existing outputs show as well that an id map is lost, so a failure ends no run.
pub(super) fn remember(id_map: &Path) {
    let Some(mark) = mark(id_map).filter(|mark| !mark.exists()) else { return };
    let written = || -> io::Result<()> {
        create_private_folder(folder_of(&mark))?;
        replace_file(&mark, format!("{}\n", resolve(id_map).display()).as_bytes(), Some(0o600))
    };
    if let Err(error) = written() {
        log::debug!("can't remember the id map in `{}`: {error}", mark.display());
    }
}
