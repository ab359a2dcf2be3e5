//! Where the units of a user and of the system are, and whether a manager is there.

use std::env;
use std::path::PathBuf;

use crate::{Error, Result};

/// Whose units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    User,
    System,
}

impl Scope {
    /// The option of `systemctl`.
    pub(super) fn option(self) -> &'static str {
        match self {
            Self::User => "--user",
            Self::System => "--system",
        }
    }

    /// The folder of units that an administrator, or the user, writes.
    pub fn folder(self) -> Result<PathBuf> {
        match self {
            Self::System => Ok(PathBuf::from("/etc/systemd/system")),
            Self::User => directories::BaseDirs::new()
                .map(|user| user.config_dir().join("systemd/user"))
                .filter(|folder| folder.is_absolute())
                .ok_or_else(|| {
                    Error::usage("there is no folder for your units")
                        .because("HOME is not an absolute path")
                        .help("set HOME")
                }),
        }
    }
}

/// `XDG_RUNTIME_DIR` and its value, if it is not set although its folder is there: after `su`, and under cron.
pub fn runtime_folder() -> Option<(&'static str, PathBuf)> {
    let is_set = env::var_os("XDG_RUNTIME_DIR").is_some_and(|value| !value.is_empty());
    let folder = PathBuf::from(format!("/run/user/{}", rustix::process::getuid().as_raw()));
    (!is_set && folder.is_dir()).then_some(("XDG_RUNTIME_DIR", folder))
}

/// Whether a manager for the units of this user runs: `systemctl --user` connects to this socket.
pub fn user_manager_is_there() -> bool {
    let set = env::var_os("XDG_RUNTIME_DIR").filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set.or_else(|| runtime_folder().map(|(_, folder)| folder));
    folder.is_some_and(|folder| folder.join("systemd/private").exists())
}
