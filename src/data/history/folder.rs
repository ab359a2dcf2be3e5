//! Where records are kept, which later runs read.

use std::path::PathBuf;

use super::row_id::hash;

/// The folder for state of this user: `$XDG_STATE_HOME/globus-runner`, or the platform's folder for data where it has
/// none for state. `None` without an absolute path of a home directory.
fn state_folder() -> Option<PathBuf> {
    let user = directories::ProjectDirs::from("", "", "globus-runner")?;
    let folder = user.state_dir().unwrap_or(user.data_local_dir());
    folder.is_absolute().then(|| folder.to_owned())
}

/// The file that remembers something of this subject, in this folder; another one for each. `None` if there is no home
/// directory.
pub fn state_file(folder: &str, subject: &str) -> Option<PathBuf> {
    let name = hash(subject.as_bytes());
    Some(state_folder()?.join(folder).join(&name[..32]))
}
