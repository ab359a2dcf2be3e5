//! Where what later runs read is kept.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use directories::ProjectDirs;

use crate::fs::{path_as_text, resolve};
use crate::hash::sha256;

/// The digits of a hash that a file is named by.
const NAME: usize = 32;

/// The folders of this program for this user. `None` without a home directory.
pub fn user_folders() -> Option<&'static ProjectDirs> {
    static FOLDERS: LazyLock<Option<ProjectDirs>> =
        LazyLock::new(|| ProjectDirs::from("", "", "globus-runner"));
    FOLDERS.as_ref()
}

/// The folder for state of this user: `$XDG_STATE_HOME/globus-runner`, or the platform's folder for data where it has
/// none for state. `None` without an absolute path of a home directory.
pub fn state_folder() -> Option<PathBuf> {
    let user = user_folders()?;
    let folder = user.state_dir().unwrap_or(user.data_local_dir());
    folder.is_absolute().then(|| folder.to_owned())
}

/// The file that remembers something of this subject, in this folder; another one for each. `None` if there is no home
/// directory.
pub fn state_file(folder: &str, subject: &str) -> Option<PathBuf> {
    let hash = sha256(subject.as_bytes());
    Some(state_folder()?.join(folder).join(&hash[..NAME]))
}

/// The file that a run locks while it writes this output, which stays; see [`state_file`].
pub fn output_lock(output: &Path) -> Option<PathBuf> {
    state_file("locks", &path_as_text(&resolve(output)))
}

/// What is in the folder for state: files, and folders of files.
const ENTRIES: [&str; 6] = ["history", "hooks", "id-maps", "locks", "runs", "crontab.lock"];

/// The files of this program in the folder for state, and the folders of such files, none of which need exist.
pub fn state_entries() -> Vec<PathBuf> {
    let Some(folder) = state_folder() else { return Vec::new() };
    let folder = std::fs::canonicalize(&folder).unwrap_or(folder);
    ENTRIES.iter().map(|entry| folder.join(entry)).collect()
}

/// Warns that the state at this path can't be used, once in a process: the folder is full, read-only or not there, and more of
/// its files would say the same. `what` follows "can't", such as `log this run`.
pub fn warn_of_state(what: &str, path: &Path, error: &io::Error) {
    static IS_SAID: AtomicBool = AtomicBool::new(false);
    if IS_SAID.swap(true, Ordering::Relaxed) {
        log::debug!("can't {what} in `{}`: {error}", path.display());
    } else {
        log::warn!("can't {what} in `{}`: {error}; the run goes on", path.display());
    }
}
