//! Where what later runs read is kept.

use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};

/// The bytes of a hash that a file is named by.
const NAME: usize = 16;

/// The folder for state of this user: `$XDG_STATE_HOME/globus-runner`, or the platform's folder for data where it has
/// none for state. `None` without an absolute path of a home directory.
pub fn state_folder() -> Option<PathBuf> {
    let user = directories::ProjectDirs::from("", "", "globus-runner")?;
    let folder = user.state_dir().unwrap_or(user.data_local_dir());
    folder.is_absolute().then(|| folder.to_owned())
}

/// The file that remembers something of this subject, in this folder; another one for each. `None` if there is no home
/// directory.
pub fn state_file(folder: &str, subject: &str) -> Option<PathBuf> {
    let hash = Sha256::digest(subject.as_bytes());
    let name = hash.iter().take(NAME).fold(String::new(), |mut digits, byte| {
        // Writing to a text can't fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    Some(state_folder()?.join(folder).join(name))
}

/// Warns that the state at this path can't be used, once in a process: the folder is full, read-only or not there, and more of
/// its files would say the same. `what` follows "can't", such as `log this run`.
pub fn warn_of_state(what: &str, path: &Path, error: &io::Error) {
    static IS_SAID: AtomicBool = AtomicBool::new(false);
    if IS_SAID.swap(true, Ordering::Relaxed) {
        tracing::debug!("can't {what} in `{}`: {error}", path.display());
    } else {
        tracing::warn!("can't {what} in `{}`: {error}; the run goes on", path.display());
    }
}
