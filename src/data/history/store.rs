//! The records of the runs of one output.
//!
//! A run that delivers takes these steps, so that the next one is compared with what it delivered wherever it ends:
//!
//! 1. The record is written to a draft, synced, and renamed to `….pending`; the folder is synced. The run is refused if
//!    this fails and a guard needs the record. Killed before: the draft has no name that counts.
//! 2. The outputs are renamed. Killed before, between or after these renames: the record is pending.
//! 3. The pending record gets the name of a delivered one. Killed, or failed: it stays pending.
//! 4. Records that are too old, and pending ones of earlier runs, are removed.
//!
//! A run that ends by itself before the first rename of an output removes its pending record. Any other pending record is
//! judged by the files: the record of the run has their hashes. If they are those of a pending record alone, its run has
//! delivered them; if they are those of another record alone, it has not. If that cannot be told, a guard compares with
//! each run that can be the last one, and anything else with the last one that is known to be delivered.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::file_hash::FileHash;
use super::header::RunHead;
use super::names::{Name, Names, name_of};
use super::record::{self, Record, Unusable};
use super::recorder::Recorded;
use crate::fs::{
    Draft, create_private_folder, open_regular, read_folder, sweep_drafts, sync_folder, try_lock,
};
use crate::state::{state_file, state_folder};

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

/// A run that can be the last one that delivered.
struct Candidate<'n> {
    /// `None` if it is that none did.
    name: Option<&'n Name>,
    record: Option<Result<Record, Unusable>>,
    /// Whether the files are as it delivered them; `None` if that cannot be told.
    is_there: Option<bool>,
    is_pending: bool,
}

/// A run that a guard compares with.
#[derive(Debug)]
pub struct LastRun {
    pub record: Record,
    /// Whether it is not known that it delivered.
    pub is_doubtful: bool,
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
            let name = Names::in_folder(&folder).ok()?.delivered.pop()?;
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

    /// The records of runs that are known to have delivered, the last one first. One that can't be read is an error in its
    /// place.
    pub fn records(&self) -> io::Result<impl Iterator<Item = Result<Record, Unusable>>> {
        let names = Names::in_folder(&self.folder)?;
        let mut candidates = self.candidates(&names);
        let only = candidates.pop().filter(|only| only.is_pending && candidates.is_empty());
        let delivered: Vec<_> = names.delivered.iter().rev().map(|name| name.path(&self.folder)).collect();
        let opened = delivered.into_iter().map(|path| self.open(path));
        Ok(only.and_then(|only| only.record).into_iter().chain(opened))
    }

    /// The runs that can be the last one that delivered: more than one if an interrupted run is among them.
    pub fn last_runs(&self) -> Result<Vec<LastRun>, Unusable> {
        let names =
            Names::in_folder(&self.folder).map_err(|why| Unusable { path: self.folder.clone(), why })?;
        let candidates = self.candidates(&names);
        let is_only = candidates.len() == 1;
        let runs = candidates.into_iter().filter_map(|candidate| {
            let is_doubtful = candidate.is_pending && !is_only;
            Some(candidate.record?.map(|record| LastRun { record, is_doubtful }))
        });
        runs.collect()
    }

    /// Those that can be the last one that delivered, as far as the files tell.
    fn candidates<'n>(&self, names: &'n Names) -> Vec<Candidate<'n>> {
        let open = |name: &'n Name, is_pending: bool| {
            let record = self.open(name.path(&self.folder));
            // With nothing pending there is nothing to tell apart.
            let is_there =
                if names.pending.is_empty() { None } else { record.as_ref().ok().and_then(Record::is_there) };
            Candidate { name: Some(name), record: Some(record), is_there, is_pending }
        };
        let mut candidates: Vec<Candidate> =
            names.pending.iter().rev().map(|name| open(name, true)).collect();
        match names.delivered.last() {
            Some(last) => candidates.push(open(last, false)),
            None if candidates.is_empty() => {}
            None => {
                let records = candidates.iter().filter_map(|pending| pending.record.as_ref()?.as_ref().ok());
                let files: Vec<&FileHash> = records.flat_map(|record| &record.header.files).collect();
                let is_none = || files.iter().all(|file| !Path::new(&file.path).exists());
                let is_there = (!files.is_empty()).then(is_none);
                candidates.push(Candidate { name: None, record: None, is_there, is_pending: false });
            }
        }
        if candidates.iter().any(|candidate| candidate.is_there == Some(true)) {
            candidates.retain(|candidate| candidate.is_there != Some(false));
        }
        candidates
    }

    fn open(&self, path: PathBuf) -> Result<Record, Unusable> {
        let record = Record::open(&path).and_then(|record| record.of(&self.subject));
        record.map_err(|why| Unusable { path, why })
    }

    /// Makes the folder of the records.
    pub fn prepare(&self) -> io::Result<()> {
        create_private_folder(&self.folder)
    }

    /// Puts the record of a run into place, which is about to deliver these files. `is_durable` waits until the disk has it.
    pub fn place(
        &self,
        head: RunHead,
        recorded: &Recorded,
        files: Vec<FileHash>,
        is_durable: bool,
    ) -> io::Result<PendingRecord> {
        self.prepare()?;
        let names = self.settle()?;
        let mut draft = Draft::new(&self.folder.join(DRAFT))?;
        let header = record::header(head, recorded, &self.subject, files);
        record::write(&header, recorded, draft.file())?;
        if is_durable {
            draft.file().sync_all()?;
        }
        let path = self.folder.join(name_of(names.next_pending(), header.head.at, &header.head.run, true));
        let lock = draft.keep_as(&path)?;
        if is_durable {
            sync_folder(&path);
        }
        let (history, head) = (self.clone(), header.head);
        Ok(PendingRecord { path, _lock: lock, history, head, is_durable, is_removed_on_drop: true })
    }

    /// A pending record whose run is known to have delivered becomes the last one. Returns the names that there are then.
    fn settle(&self) -> io::Result<Names> {
        let names = Names::in_folder(&self.folder)?;
        if names.pending.is_empty() {
            return Ok(names);
        }
        let mut candidates = self.candidates(&names);
        let only = candidates.pop().filter(|only| only.is_pending && candidates.is_empty());
        if let Some(Candidate { name: Some(name), record: Some(Ok(record)), .. }) = only {
            let head = &record.header.head;
            let delivered = name_of(names.next_delivered(), head.at, &head.run, false);
            fs::rename(name.path(&self.folder), self.folder.join(delivered))?;
            return Names::in_folder(&self.folder);
        }
        Ok(names)
    }

    /// Removes all records: a run that is not recorded is about to deliver, so the last one will not be among them.
    pub fn forget(&self) -> io::Result<()> {
        let names = Names::in_folder(&self.folder)?;
        if names.delivered.is_empty() && names.pending.is_empty() {
            return Ok(());
        }
        for name in &names.delivered {
            fs::remove_file(name.path(&self.folder))?;
        }
        self.remove_pending(&names);
        sync_folder(&self.folder.join(DRAFT));
        Ok(())
    }

    /// Removes the pending records, but not those of runs that go on.
    fn remove_pending(&self, names: &Names) {
        for path in names.pending.iter().map(|name| name.path(&self.folder)) {
            if open_regular(&path).is_ok_and(|file| try_lock(&file).is_ok()) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// The record of a run that is about to deliver. The file is locked, and removed when dropped, until
/// [`stays`](Self::stays).
#[derive(Debug)]
pub struct PendingRecord {
    path: PathBuf,
    _lock: File,
    history: History,
    head: RunHead,
    is_durable: bool,
    is_removed_on_drop: bool,
}

impl PendingRecord {
    pub fn folder(&self) -> &Path {
        &self.history.folder
    }

    /// An output may be in its place from now on: whatever becomes of the run, the next one is compared with it.
    pub fn stays(&mut self) {
        self.is_removed_on_drop = false;
    }

    /// The run has delivered its output: the record is the last one, and those that are too old are removed.
    pub fn confirm(mut self) -> io::Result<()> {
        self.stays();
        let folder = &self.history.folder;
        let names = Names::in_folder(folder)?;
        let path = folder.join(name_of(names.next_delivered(), self.head.at, &self.head.run, false));
        fs::rename(&self.path, &path)?;
        if self.is_durable {
            sync_folder(&path);
        }
        let excess = (names.delivered.len() + 1).saturating_sub(self.history.keep);
        for old in names.delivered.iter().take(excess) {
            // Two runs can remove the same one.
            let _ = fs::remove_file(old.path(folder));
        }
        // The name of its own is gone.
        self.history.remove_pending(&names);
        // What a killed run left. It has no lock.
        sweep_drafts(&folder.join(DRAFT));
        Ok(())
    }
}

impl Drop for PendingRecord {
    fn drop(&mut self) {
        if self.is_removed_on_drop {
            let _ = fs::remove_file(&self.path);
        }
    }
}
