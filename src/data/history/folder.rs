//! Where records are kept.

use std::path::PathBuf;

/// The folder for state of this user: `$XDG_STATE_HOME/globus-runner`, or the platform's folder for data where it has
/// none for state. `None` without a home directory.
pub(super) fn state_folder() -> Option<PathBuf> {
    let user = directories::ProjectDirs::from("", "", "globus-runner")?;
    Some(user.state_dir().unwrap_or(user.data_local_dir()).to_owned())
}
