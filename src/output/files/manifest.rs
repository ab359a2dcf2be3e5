//! Which files of a folder a profile wrote, so that it can remove those that it no longer writes, and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::file_name::{check, own_prefix};
use crate::fs::{Draft, read_regular};
use crate::hash::sha256;

/// Increased when an older version could misread the file.
const VERSION: u32 = 1;

/// Only its owner may say what is removed.
const MODE: u32 = 0o600;

/// The list of the files that are there because of one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    version: u32,
    /// The profile that wrote the files; see [`Profile::key`](crate::profile::Profile::key).
    pub(super) profile: String,
    pub(super) files: BTreeSet<String>,
    /// Files that were about to be written, with the hashes of their content. A run that was killed may have written them.
    #[serde(default)]
    pub(super) pending: BTreeMap<String, String>,
    /// Folders that were made for files, below the output folder.
    #[serde(default)]
    pub(super) folders: BTreeSet<String>,
}

impl Manifest {
    pub(super) fn new(profile: &str) -> Self {
        Self {
            version: VERSION,
            profile: profile.to_owned(),
            files: BTreeSet::new(),
            pending: BTreeMap::new(),
            folders: BTreeSet::new(),
        }
    }

    pub(super) fn path(folder: &Path, profile_name: &str) -> PathBuf {
        folder.join(format!("{}.json", own_prefix(profile_name)))
    }

    /// `None` if there is none. Anything wrong with it is an error.
    pub(super) fn read(path: &Path) -> io::Result<Option<Self>> {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
            Ok(metadata) if !metadata.is_file() => return Err(io::Error::other("it is not a regular file")),
            Ok(_) => {}
        }
        let manifest: Self = serde_json::from_slice(&read_regular(path)?)?;
        if manifest.version != VERSION {
            let why = format!("it has version {}, and this program reads {VERSION}", manifest.version);
            return Err(io::Error::other(why));
        }
        let names = manifest.files.iter().chain(manifest.pending.keys()).chain(&manifest.folders);
        for name in names {
            check(name).map_err(|why| io::Error::other(format!("`{}`: {why}", name.escape_debug())))?;
        }
        Ok(Some(manifest))
    }

    /// The files that are there because of earlier runs, and are not among these. Of a run that was killed only those with the
    /// content that they were to have.
    pub(super) fn gone(&self, folder: &Path, now: &BTreeSet<String>) -> BTreeSet<String> {
        let has_its_content = |(name, expected): &(&String, &String)| {
            fs::read(folder.join(name)).is_ok_and(|content| sha256(&content) == **expected)
        };
        let pending = self.pending.iter().filter(has_its_content).map(|(name, _)| name);
        self.files.iter().chain(pending).filter(|name| !now.contains(*name)).cloned().collect()
    }

    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let mut draft = Draft::new(path)?;
        draft.write(&serde_json::to_vec_pretty(self)?)?;
        draft.commit(Some(MODE))
    }
}
