//! The hooks that run after a change.

use std::path::{Path, PathBuf};

use crate::profile::HookCommand;
use crate::run::hooks::Owed;

/// One hook `on_change`, and the files that it is about.
#[derive(Debug)]
pub struct OnChange {
    pub command: HookCommand,
    pub files: Vec<PathBuf>,
    pub owed: Owed,
}

impl OnChange {
    /// `subject` is the key of the profile, with what tells the hook from others of it. A run begins that may replace these files.
    pub fn of(subject: &str, command: &HookCommand, files: Vec<PathBuf>) -> Self {
        let paths: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
        let owed = Owed::note(subject, &paths);
        Self { command: command.clone(), files, owed }
    }
}
