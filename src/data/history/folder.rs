//! Where records are kept.

use std::path::PathBuf;

/// The folder for state of this user: `$XDG_STATE_HOME/globus-runner`, or the platform's folder for data where it has
/// none for state. `None` without an absolute path of a home directory.
pub(super) fn state_folder() -> Option<PathBuf> {
    let user = directories::ProjectDirs::from("", "", "globus-runner")?;
    let folder = user.state_dir().unwrap_or(user.data_local_dir());
    folder.is_absolute().then(|| folder.to_owned())
}
