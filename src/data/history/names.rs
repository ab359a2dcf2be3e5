//! The names of the files with records.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::fs::read_folder;

/// How the name of a record ends.
const EXTENSION: &str = ".jsonl.zst";
/// How the name of a record ends whose run may have delivered its output or not.
const PENDING: &str = ".jsonl.zst.pending";

/// The file of a record.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) number: u64,
    file: String,
}

/// The files of a folder, each kind in the order of the runs.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) delivered: Vec<Name>,
    pub(super) pending: Vec<Name>,
}

impl Name {
    fn of(file: &str, end: &str) -> Option<Self> {
        let number = file.strip_suffix(end)?.split('-').next()?.parse().ok()?;
        Some(Self { number, file: file.to_owned() })
    }

    pub(super) fn path(&self, folder: &Path) -> PathBuf {
        folder.join(&self.file)
    }
}

impl Names {
    /// Those in this folder. None if there is no such folder.
    pub(super) fn in_folder(folder: &Path) -> io::Result<Self> {
        let entries = match read_folder(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            entries => entries?,
        };
        let mut names = Self::default();
        for file in entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()) {
            names.delivered.extend(Name::of(&file, EXTENSION));
            names.pending.extend(Name::of(&file, PENDING));
        }
        names.delivered.sort_unstable();
        names.pending.sort_unstable();
        Ok(names)
    }

    /// The number of the next pending record.
    pub(super) fn next_pending(&self) -> u64 {
        let last = self.delivered.last().max(self.pending.last());
        last.map_or(1, |last| last.number + 1)
    }

    /// The number of the next delivered one. The order is that of delivery, whatever the clock says.
    pub(super) fn next_delivered(&self) -> u64 {
        self.delivered.last().map_or(1, |last| last.number + 1)
    }
}

/// The name of a record of this run.
pub(super) fn name_of(number: u64, at: Timestamp, run: &str, is_pending: bool) -> String {
    let run: String = run.chars().take(8).collect();
    let end = if is_pending { PENDING } else { EXTENSION };
    format!("{number:08}-{}-{run}{end}", at.strftime("%Y%m%dT%H%M%SZ"))
}
