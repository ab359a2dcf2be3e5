//! The folder of the drafts.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::file_name::own_prefix;
use crate::fs::read_folder;

const SUFFIX: &str = ".tmp";

/// A folder inside the output folder, which is removed when dropped.
#[derive(Debug)]
pub(super) struct Staging {
    folder: TempDir,
    /// Locked, so that no sweep of another run removes the folder.
    _lock: File,
}

impl Staging {
    /// In this output folder, for the profile of this name.
    pub(super) fn new(output: &Path, profile: &str) -> io::Result<Self> {
        loop {
            let folder =
                tempfile::Builder::new().prefix(&prefix_of(profile)).suffix(SUFFIX).tempdir_in(output)?;
            let lock = File::open(folder.path());
            // A sweep may be between the creation and the lock. Where there are no locks, no sweep removes anything.
            match lock {
                Ok(lock) => {
                    let _ = lock.try_lock();
                    if folder.path().exists() {
                        return Ok(Self { folder, _lock: lock });
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Removes what killed runs of the profile of this name left in this output folder.
    pub(super) fn sweep(output: &Path, profile: &str) {
        let prefix = prefix_of(profile);
        let Ok(entries) = read_folder(output) else { return };
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let random = name.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(SUFFIX));
            let is_staging = random.is_some_and(|random| random.bytes().all(|c| c.is_ascii_alphanumeric()))
                && entry.file_type().is_ok_and(|kind| kind.is_dir());
            // One that can't be removed does no harm to the next one.
            if is_staging && File::open(entry.path()).is_ok_and(|folder| folder.try_lock().is_ok()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// The path of the draft with this number.
    pub(super) fn draft(&self, number: usize) -> PathBuf {
        self.folder.path().join(number.to_string())
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn prefix_of(profile: &str) -> String {
    format!("{}.", own_prefix(profile))
}
