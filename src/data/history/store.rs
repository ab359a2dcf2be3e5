//! The records of the runs of one output.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::header::RunHead;
use super::record::{self, Record, Unusable};
use super::recorder::Recorded;
use crate::fs::{Draft, create_private_folder, read_folder, sweep_drafts, sync_folder};
use crate::state::{state_file, state_folder};

/// How the name of a record ends.
const EXTENSION: &str = ".jsonl.zst";
/// What a draft is called after.
const DRAFT: &str = "draft";
const FOLDER: &str = "history";

/// Records of delivered runs, of which the last ones are kept.
#[derive(Debug, Clone)]
pub struct History {
    subject: String,
    folder: PathBuf,
    keep: usize,
}

impl History {
    /// That of this subject, which need not have any: the path of an output, or the key of a profile. The last `keep`
    /// records are kept. `None` if there is no home directory.
    pub fn of(subject: String, keep: usize) -> Option<Self> {
        let folder = state_file(FOLDER, &subject)?;
        Some(Self { subject, folder, keep })
    }

    /// All that there are, of any subject, one record of each: the last one.
    pub fn every_last() -> io::Result<Vec<Record>> {
        let Some(folder) = state_folder() else { return Ok(Vec::new()) };
        let entries = match read_folder(&folder.join(FOLDER)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let folders = entries.filter_map(Result::ok).map(|entry| entry.path());
        let last = |folder: PathBuf| {
            let name = names(&folder).ok()?.pop()?;
            Record::open(&name.path(&folder)).ok()
        };
        Ok(folders.filter_map(last).collect())
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The records, the last one first. One that can't be read is an error in its place.
    pub fn records(&self) -> io::Result<impl Iterator<Item = Result<Record, Unusable>>> {
        let names = names(&self.folder)?;
        Ok(names.into_iter().rev().map(|name| {
            let path = name.path(&self.folder);
            let record = Record::open(&path).and_then(|record| record.of(&self.subject));
            record.map_err(|why| Unusable { path, why })
        }))
    }

    /// Writes a record that is not one of them yet. `is_durable` waits until the disk has it: a full disk shows now, and not
    /// after the output is delivered.
    pub fn draft(&self, head: RunHead, recorded: &Recorded, is_durable: bool) -> io::Result<RecordDraft> {
        create_private_folder(&self.folder)?;
        let mut draft = Draft::new(&self.folder.join(DRAFT))?;
        let header = record::header(head, recorded, &self.subject);
        record::write(&header, recorded, draft.file())?;
        if is_durable {
            draft.file().sync_all()?;
        }
        Ok(RecordDraft { draft, is_durable, history: self.clone(), at: header.head.at, run: header.head.run })
    }
}

/// A record that is not one of them yet. The file is removed when dropped.
#[derive(Debug)]
pub struct RecordDraft {
    draft: Draft,
    is_durable: bool,
    history: History,
    at: Timestamp,
    run: String,
}

impl RecordDraft {
    /// The run has delivered its output: the record is the last one, and those that are too old are removed.
    pub fn commit(self) -> io::Result<()> {
        let Self { draft, is_durable, history, at, run } = self;
        let folder = &history.folder;
        let names = names(folder)?;
        // The order is that of delivery, whatever the clock says.
        let number = names.last().map_or(1, |last| last.number + 1);
        let run: String = run.chars().take(8).collect();
        let name = format!("{number:08}-{}-{run}{EXTENSION}", at.strftime("%Y%m%dT%H%M%SZ"));
        let path = folder.join(name);
        draft.keep_as(&path)?;
        if is_durable {
            sync_folder(&path);
        }
        let excess = (names.len() + 1).saturating_sub(history.keep);
        for old in names.iter().take(excess) {
            // Two runs can remove the same one.
            let _ = fs::remove_file(old.path(folder));
        }
        // What a killed run left. It has no lock.
        sweep_drafts(&folder.join(DRAFT));
        Ok(())
    }
}

/// The file of a record.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    number: u64,
    file: String,
}

impl Name {
    fn of(file: String) -> Option<Self> {
        let number = file.strip_suffix(EXTENSION)?.split('-').next()?.parse().ok()?;
        Some(Self { number, file })
    }

    fn path(&self, folder: &Path) -> PathBuf {
        folder.join(&self.file)
    }
}

/// The records in this folder, the last one at the end. None if there is no such folder.
fn names(folder: &Path) -> io::Result<Vec<Name>> {
    let entries = match read_folder(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let files = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<Name> = files.filter_map(Name::of).collect();
    names.sort_unstable();
    Ok(names)
}
